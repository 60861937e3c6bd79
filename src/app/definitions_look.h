// Looks at what a server offers, for itself: before a session's first call, after a list changed,
// and when the last look is too old. What it finds goes into the catalog; guards read it there.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "catalog/registry.h"
#include "net/call.h"
#include "net/inbox.h"

namespace doorward::app {

class DefinitionsLook {
 public:
  DefinitionsLook(net::Gateway& gateway, std::shared_ptr<catalog::Registry> registry)
      : gateway_(gateway), registry_(std::move(registry)) {}

  // `key` is `catalog:SERVER/KIND`. "seen", or the code of the error: upstream.* and catalog.*.
  // Calls of one session that wait for the same look share it, unless each asks for its own.
  [[nodiscard]] net::Task<std::string> answer(std::string key, const net::CallFacts* facts);

  // Looks at a server of the configuration, or at all of them where `server` is "", for an
  // operator: tools, prompts, resources and the server's own words. Returns at once; a few are
  // looked at a time, since each may be a process that has to start.
  void look_at(std::string_view server);
  // Where `look_at` works. Set before the first.
  std::function<net::asio::any_io_executor()> executor;
  // How long a call to this server may take. Set before the first.
  std::function<std::chrono::milliseconds(std::string_view server)> call_time;
  [[nodiscard]] size_t looking() const { return looking_.load(); }
  // Their names.
  [[nodiscard]] std::vector<std::string> waiting_for() const;
  // Why the last look of an operator at this server failed; "" when it did not.
  [[nodiscard]] std::string failure_of(std::string_view server) const;

 private:
  // Looks at one server with a connection of Doorward's own.
  [[nodiscard]] net::Task<> look_whole(std::shared_ptr<const net::Routes> routes,
                                       std::string server);
  // Looks at what waits, one after the other.
  [[nodiscard]] net::Task<> work();
  [[nodiscard]] net::Task<Expected<void>> list_whole(const net::CallFacts& facts);
  using Waiter = std::shared_ptr<net::Inbox<std::string>>;
  [[nodiscard]] net::Task<std::string> look(const net::CallFacts& facts,
                                            catalog::DefinitionKind kind);
  // One list, all its pages: the names in it.
  using Names = std::vector<std::string>;
  [[nodiscard]] net::Task<Expected<Names>> list(const net::CallFacts& facts,
                                                catalog::DefinitionKind kind, SteadyTime deadline);
  void release(const std::string& key, const std::string& result);

  net::Gateway& gateway_;
  const std::shared_ptr<catalog::Registry> registry_;
  Locked<std::map<std::string, std::vector<Waiter>>> under_way_;
  Locked<std::map<std::string, std::string, std::less<>>> failures_;
  struct Queue {
    std::deque<std::string> names;
    std::vector<std::string> at_work;
    size_t workers = 0;
  };
  mutable Locked<Queue> queue_;
  std::atomic<size_t> looking_{0};
};

}  // namespace doorward::app
