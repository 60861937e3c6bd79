// The gateway's memory of servers and their definitions: what was signed off, what was seen last,
// and what follows from the two. One for the process; every member may be called from any thread.
//
// INVARIANT: an entry is active only while the server's last list shows it exactly as it was signed
// (or nothing was listed yet). Once it was seen otherwise it stays quarantined, though it change
// back, until a person approves it again.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "catalog/definition_diff.h"
#include "catalog/entry.h"
#include "catalog/lock_file.h"

namespace doorward::catalog {

struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
template <class T>
using NameMap = std::unordered_map<std::string, T, NameHash, std::equal_to<>>;

struct Lookup {
  std::shared_ptr<const Entry> entry;           // null: never pinned and never seen
  ServerState server = ServerState::submitted;  // submitted also for a server nobody knows
  std::optional<WallTime> validated;            // when the server was last validated
  bool due = false;                             // for validation; filled in by who asks for it
  std::optional<WallTime> since;                // when the server's state began
  bool locked = false;                          // the lock file knows the server

  // The definition may be used: it is active and so is its server.
  [[nodiscard]] bool usable() const {
    return entry && entry->state == State::active && is_callable(server);
  }
};

// One item of a list that a server shows, against what was signed.
struct Comparison {
  Lookup known;
  bool as_signed = false;  // it is byte for byte (in canonical form) what somebody signed

  // May be shown to a client: signed and as signed, or as remembered and waiting for a person.
  [[nodiscard]] bool is_shown() const {
    return as_signed && is_callable(known.server) &&
           (known.entry->state == State::active || known.entry->state == State::awaiting);
  }
};

struct Drift {
  enum class What : uint8_t { added, changed, removed, renamed, duplicate, unreadable };
  What what = What::added;
  DefinitionKind kind = DefinitionKind::tool;
  std::string name;
  std::string was;         // of a renamed one
  bool fresh = true;       // not told by the observation before
  DefinitionDiff diff;     // of changed and renamed, where fresh
  core::ClassSet classes;  // of the definition as seen
};
[[nodiscard]] std::string_view drift_name(Drift::What what);

struct DriftReport {
  std::vector<Drift> drifts;
  size_t unchanged = 0;
  std::vector<std::string> pinned_now;  // by first use; the lock file is to be saved
  [[nodiscard]] bool quiet() const { return drifts.empty(); }
  [[nodiscard]] bool has_news() const;
};

struct Observation {
  std::string_view server;
  DefinitionKind kind = DefinitionKind::tool;
  wire::JsonValue items;   // the whole list, pages joined, as an array
  bool complete = true;    // false: a part; nothing counts as removed
  bool first_use = false;  // the server says `pins: first_use`
  WallTime now;
  // What a person has to look at, whatever its classes: first use does not sign it.
  const std::function<bool(const Entry&)>* suspect = nullptr;
};

struct Decision {
  std::string_view by;
  WallTime at;
  std::optional<core::ClassSet> classes;  // instead of the guess and of those pinned before
  // Labels, instead of those pinned before.
  std::string_view trust = {};  // "" leaves it
  std::optional<bool> is_private = std::nullopt;
  std::vector<std::string> addresses = {};  // empty leaves them
  std::optional<Sha256> digest;             // what the person looked at; refused when it is another
};

class Catalog {
 public:
  // `sign_offs`: how many different people must approve a definition.
  explicit Catalog(LockFile lock = {}, size_t sign_offs = 1);

  // By name: one short lock, no allocation, a shared snapshot.
  [[nodiscard]] Lookup find(std::string_view server, DefinitionKind kind,
                            std::string_view name) const;
  [[nodiscard]] Lookup tool(std::string_view server, std::string_view name) const {
    return find(server, DefinitionKind::tool, name);
  }
  // Pure: remembers nothing. An item of the last list seen costs one comparison of its bytes.
  [[nodiscard]] Comparison compare(std::string_view server, DefinitionKind kind,
                                   wire::JsonValue item) const;
  // All entries of a server and kind, by name.
  [[nodiscard]] std::vector<std::shared_ptr<const Entry>> list(std::string_view server,
                                                               DefinitionKind kind) const;
  [[nodiscard]] std::vector<std::string> servers() const;
  [[nodiscard]] LockFile lock() const;

  // Compares a list with the pins and takes it as the last one seen. An unchanged list costs one
  // comparison of its bytes. Errors: catalog.definition_shape when `items` is no array.
  [[nodiscard]] Expected<DriftReport> observe_list(const Observation& observation);
  // The same for the server's own words; `result` is that of `initialize` or `server/discover`.
  // Of `how` all counts but `kind`, `items` and `complete`.
  [[nodiscard]] Expected<DriftReport> observe_server(const Observation& how,
                                                     wire::JsonValue result);
  [[nodiscard]] Expected<DriftReport> observe_server(std::string_view server,
                                                     wire::JsonValue result, bool first_use,
                                                     WallTime now) {
    return observe_server({.server = server, .first_use = first_use, .now = now}, result);
  }

  // Signs a definition as it was seen last (as it is pinned, where it is not listed). Classes:
  // those of the decision, else the pinned ones with all that the new text gained, else the guess.
  // Errors: catalog.unknown_definition; catalog.changed_since when the digest is another;
  // catalog.remote_reference.
  [[nodiscard]] Expected<void> approve(std::string_view server, DefinitionKind kind,
                                       std::string_view name, const Decision& decision);
  // The same for many of one server and kind, in one step: what one of them costs does not grow
  // with their number. An answer for each, in order.
  struct Signature {
    std::string_view name;
    const Decision* decision;
  };
  [[nodiscard]] std::vector<Expected<void>> approve_all(std::string_view server,
                                                        DefinitionKind kind,
                                                        const std::vector<Signature>& signatures);
  // Takes the signature back; the definition is unpinned from now on.
  [[nodiscard]] Expected<void> revoke(std::string_view server, DefinitionKind kind,
                                      std::string_view name);
  // Stops one definition until it is approved again. Also to restore a quarantine after a restart.
  [[nodiscard]] Expected<void> quarantine(std::string_view server, DefinitionKind kind,
                                          std::string_view name, Cause cause = Cause::stopped);

  // What the server is, apart from what it says. Empty where nobody pinned it.
  [[nodiscard]] ServerIdentity identity(std::string_view server) const;
  void set_identity(std::string_view server, ServerIdentity identity);
  // The server was looked at as a whole and found good.
  void set_validated(std::string_view server, WallTime now);

  // Something of it is signed, and all that is remembered of it is signed by enough people.
  [[nodiscard]] bool is_signed_off(std::string_view server) const;
  // A server that is revoked or submitted anew loses all its signatures, and where several people
  // sign one that is put in quarantine too: who signs next signs what it is then.
  // Errors: catalog.state_skipped.
  [[nodiscard]] Expected<void> set_state(std::string_view server, ServerState state, WallTime now);
  // A new lock file (a reload, an edit by a person). Entries keep their quarantine unless their pin
  // is another now.
  void adopt(LockFile lock);
  // The configuration's word on a server's tools; replaces what was said before.
  void set_overrides(std::string_view server, NameMap<Override> overrides);

 private:
  using Definitions = std::vector<std::shared_ptr<const Definition>>;
  using Entries = NameMap<std::shared_ptr<const Entry>>;
  struct Book {  // what readers see of a server
    ServerState state = ServerState::submitted;
    std::optional<WallTime> validated, since;
    bool locked = false;
    std::array<Entries, kKinds> entries;
  };
  struct Shown {  // the last list of a kind, as writers keep it
    std::string raw;
    bool listed = false;
    Definitions seen;
    NameMap<std::string> renamed;  // new name to old
    DriftReport report;
  };
  struct Memory {
    std::array<Shown, kKinds> kinds;
    NameMap<Override> overrides;
  };
  using Shelf = NameMap<std::shared_ptr<const Book>>;

  // INVARIANT: all below runs under `writing_`.
  DriftReport take(const Observation& how, Definitions seen, std::vector<Drift> troubles);
  std::vector<std::string> pin_first_use(const Observation& how, bool first_list);
  void find_renamed(std::string_view server, DefinitionKind kind, Shown& shown) const;
  [[nodiscard]] Entries entries_of(std::string_view server, DefinitionKind kind,
                                   const Entries& before) const;
  void fill(Entry& entry, const Pin& pin, const Entry* before) const;
  // Signs one of `entries`, which are not published yet.
  [[nodiscard]] Expected<void> sign(std::string_view server, DefinitionKind kind, Entries& entries,
                                    const Signature& signature);
  void override_by(const Memory* memory, Entry& entry) const;
  void publish(std::string_view server, DefinitionKind kind, Entries entries);
  // Makes the entries of one kind anew; `forget` loses its quarantine.
  void refresh(std::string_view server, DefinitionKind kind,
               std::optional<std::string_view> forget = {});
  [[nodiscard]] std::shared_ptr<const Book> book(std::string_view server) const;
  [[nodiscard]] const Memory* remembered(std::string_view server) const;
  Memory& memory(std::string_view server);

  size_t sign_offs_;
  mutable std::mutex writing_;
  LockFile lock_;
  std::map<std::string, Memory, std::less<>> memory_;
  Locked<Shelf> shelf_;
};

}  // namespace doorward::catalog
