// The sessions behind one client's session with the merged endpoint: one with each server, started
// side by side. A server that is dead or slow is absent until it is there; it delays nobody for
// longer than a stated patience, and when it comes the client hears that the lists changed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/call.h"
#include "net/inbox.h"

namespace doorward::net {

// What a server declared in its answer to `initialize`.
struct ServerCapabilities {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  bool subscribe = false;
  bool completions = false;
  bool logging = false;
};

// A server that can be asked.
struct Member {
  std::string name;
  std::shared_ptr<const ServerRoute> route;
  std::shared_ptr<Session> session;
  ServerCapabilities capabilities;
  std::string instructions;
};

class Members : public std::enable_shared_from_this<Members> {
 public:
  Members(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal);
  // For a client without sessions; `capabilities` is what its requests declare, as JSON text.
  Members(Gateway& gateway, std::shared_ptr<const Routes> routes, core::Principal principal,
          std::string capabilities);

  // Whose session this is, and what is told to every server in `initialize`: JSON text of params.
  // The first call counts.
  void join(const CallFacts& client, std::string params);
  [[nodiscard]] bool joined() const;

  // Starts every server that is not there. Returns when all have answered or failed, and not later
  // than `patience` after the start of the one that is waited for.
  Task<> gather(std::chrono::milliseconds patience);
  // Waits for one server; nothing when it can't be reached by `deadline`.
  Task<std::optional<Member>> reach(std::string name, SteadyTime deadline);
  [[nodiscard]] std::vector<Member> ready() const;
  [[nodiscard]] std::optional<Member> find(std::string_view name) const;
  // What a call is told of a server that is not there: there was no room for it, or just that.
  [[nodiscard]] Error why_absent(std::string_view name) const;
  [[nodiscard]] bool all_ready() const;
  [[nodiscard]] bool is_configured(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

  // Facts of a request that goes to `member`. They live as long as this object and `member`.
  [[nodiscard]] CallFacts facts(const Member& member) const;
  // The client hears that what it knows of this kind is no more true.
  void announce(wire::Method list_changed);
  [[nodiscard]] bool stateless() const { return stateless_ != nullptr; }
  // Of a client without sessions: what it declares, and the stream that its listeners share.
  [[nodiscard]] const std::string& capabilities() const { return capabilities_; }
  [[nodiscard]] std::shared_ptr<EventLog> own_stream() const { return own_client_->standalone(); }
  // Called on every change of who is there, from any thread.
  void on_change(std::shared_ptr<Inbox<int>> waiting);
  // Remembers what the client last said with logging/setLevel: JSON text of params.
  void set_level(std::string params);

  // Ends every session and starts none any more.
  Task<> close();

 private:
  enum class Stand : uint8_t { unknown, starting, ready, failed };
  struct Place {
    Stand stand = Stand::unknown;
    SteadyTime since{};  // of `starting`
    int failures = 0;
    std::optional<Error> why;  // of the last failure
    Member member;
  };
  struct State {
    std::map<std::string, Place, std::less<>> places;
    std::vector<std::weak_ptr<Inbox<int>>> waiting;
    std::weak_ptr<Session> client;
    std::string peer;
    std::string params;
    std::string level;
    bool joined = false;
    bool gathered = false;  // the client has been told who is there
    bool closed = false;
  };
  // False when it is being started already, or may not be.
  bool begin(std::string_view name);
  Task<> start(std::string name);
  Task<Expected<Member>> open(std::string name);
  Task<Expected<Member>> discover(Member member);
  void ended(const std::string& name, Expected<Member> opened);
  void wake(State& state);

  Gateway& gateway_;
  const std::shared_ptr<const Routes> routes_;
  const core::Principal principal_;
  const std::string capabilities_;
  std::unique_ptr<const wire::Message> stateless_;  // a request as such a client makes it
  std::shared_ptr<Session> own_client_;             // stands for a client that keeps none
  Locked<State> state_;
};

}  // namespace doorward::net
