// Lists of all servers as one: asked side by side, each item under its merged name. What a slow
// server brings too late is absent; the client hears of it when it is there.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "net/merged/members.h"
#include "net/merged/naming.h"

namespace doorward::net {

enum class ListKind : uint8_t { tools, prompts, resources, templates };
inline constexpr size_t kListKinds = 4;
[[nodiscard]] std::optional<ListKind> list_kind(wire::Method method);
[[nodiscard]] std::string_view list_member(ListKind kind);  // of the result: `tools`, …

// What one look at the servers gave. Immutable.
struct MergedList {
  uint64_t generation = 0;
  std::shared_ptr<const NameTable> names;  // of tools and prompts
  // Of resources and templates: the server of a URI or template; "" where two claim it.
  std::map<std::string, std::string, std::less<>> owners;
  std::set<std::string, std::less<>> heard;  // the servers that answered
  std::map<std::string, uint64_t> changes;   // what each had said of changes by then
  std::vector<std::string> pages;            // JSON arrays
};

class MergedLists : public std::enable_shared_from_this<MergedLists> {
 public:
  MergedLists(Gateway& gateway, std::shared_ptr<Members> members, const Naming& naming)
      : gateway_(gateway), members_(std::move(members)), naming_(naming) {}

  // Asks all servers that are there. One look at a time: who comes while one is under way gets
  // that.
  Task<std::shared_ptr<const MergedList>> look(ListKind kind, SteadyTime deadline);
  // The last look when no server has said since that something changed; else a new one.
  Task<std::shared_ptr<const MergedList>> current(ListKind kind, SteadyTime deadline);
  // The last look; null before the first.
  [[nodiscard]] std::shared_ptr<const MergedList> last(ListKind kind) const;

 private:
  struct Item {
    Address address;
    std::string uri;
    std::string text;  // the server's own bytes
    uint32_t name_begin = 0, name_end = 0;
  };
  using Items = std::vector<Item>;
  // One look under way; it ends before the fetches of slow servers do.
  struct Looking {
    struct State {
      std::map<std::string, Items> got;
      size_t open = 0;
      bool over = false;
    };
    Locked<State> state;
    std::shared_ptr<Inbox<int>> changes;
  };
  struct State {
    std::shared_ptr<const MergedList> last;
    SteadyTime at{};
    bool looking = false;
    std::set<std::string> late;  // servers whose fetch goes on
    std::vector<std::weak_ptr<Inbox<int>>> waiting;
    uint64_t generation = 0;
  };
  Task<> fetch(ListKind kind, Member member, std::shared_ptr<Looking> looking);
  Task<Expected<Items>> fetch_pages(ListKind kind, const Member& member);
  [[nodiscard]] std::shared_ptr<MergedList> merge(ListKind kind,
                                                  const std::map<std::string, Items>& got) const;

  Gateway& gateway_;
  const std::shared_ptr<Members> members_;
  const Naming& naming_;
  Locked<std::array<State, kListKinds>> state_;
};

}  // namespace doorward::net
