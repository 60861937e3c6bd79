// Which era each server speaks, and Doorward's own sessions with servers of the older one, kept for
// the stateless clients before them.
#pragma once

#include <map>

#include "net/bridge/session_bridge.h"

namespace doorward::net {

class HeldSessions {
 public:
  explicit HeldSessions(Gateway& gateway) : gateway_(gateway) {}

  // How to reach this server with stateless requests of this principal: the server itself where it
  // knows that era, else over a session. `request` says what the client can be asked.
  // Errors: those of Gateway::connect, and own.refused.
  [[nodiscard]] Task<Expected<std::shared_ptr<Upstream>>> take(const ServerRoute& route,
                                                               const core::Principal& principal,
                                                               const wire::Message* request);
  // Calls of clients that were asked something, over all of these sessions.
  [[nodiscard]] WaitingCalls& waiting() { return waiting_; }
  // The server did not behave as its era does: it is asked again at the next request.
  void forget(std::string_view server);
  // What was found out; `sessionless`: it refuses to open a session.
  void learn(std::string_view server, bool stateless, bool sessionless);
  [[nodiscard]] bool is_sessionless(std::string_view server);

 private:
  struct Era {
    bool stateless = false;
    bool sessionless = false;
    SteadyTime until{};
  };
  struct Entry {
    std::shared_ptr<SessionBridge> bridge;
    bool opening = false;
    SteadyTime used{};
    std::vector<std::shared_ptr<Inbox<int>>> waiting;
  };
  struct State {
    std::shared_ptr<const Routes> routes;  // what is known holds for these
    std::map<std::string, Era, std::less<>> eras;
    std::map<std::string, Entry> sessions;
  };
  struct Probe {
    bool stateless = false;
    std::shared_ptr<Upstream> upstream;  // may be used for a session
  };
  // Says that an opening ended, however its coroutine does.
  struct Opening {
    HeldSessions& sessions;
    const std::string& key;
    std::shared_ptr<SessionBridge> bridge;
    ~Opening() { sessions.opened(key, std::move(bridge)); }
  };
  // What is held for this key; waits for one that is being opened. Null: the caller opens it and
  // says so with `opened`.
  Task<std::shared_ptr<SessionBridge>> find(const std::string& key);
  void opened(const std::string& key, std::shared_ptr<SessionBridge> bridge);
  Task<Expected<Probe>> probe(const ServerRoute& route, const core::Principal& principal);
  Task<Expected<std::shared_ptr<SessionBridge>>> open(const ServerRoute& route,
                                                      const core::Principal& principal,
                                                      std::string capabilities,
                                                      std::shared_ptr<Upstream> upstream);
  struct Opened {
    std::shared_ptr<Session> session;
    wire::Message initialized;
  };
  Task<Expected<Opened>> shake_hands(const ServerRoute& route, const core::Principal& principal,
                                     const std::string& capabilities,
                                     std::shared_ptr<Upstream> upstream);
  std::optional<bool> known(std::string_view server);
  // Everything that was known under an older configuration goes.
  void follow_routes();

  Gateway& gateway_;
  Locked<State> state_;
  WaitingCalls waiting_;
};

}  // namespace doorward::net
