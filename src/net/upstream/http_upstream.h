// A server over Streamable HTTP, as one session of Doorward's own with it.
#pragma once

#include "net/upstream/http_pool.h"
#include "net/upstream/upstream.h"
#include "wire/sse.h"

namespace doorward::net {

class HttpUpstream : public Upstream {
 public:
  HttpUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes, const ServerRoute& route);

  // One sequence for all: requests of a stateless client have an upstream each, and one that is
  // made again must not have the id of the first ("Multi round-trip requests").
  [[nodiscard]] uint64_t next_id() override { return ids_.fetch_add(1, std::memory_order_relaxed); }
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;
  void set_revision(std::string_view name) override;

 protected:
  struct State {
    std::string session_id;
    std::string revision;
    std::string target;  // to post to, where it is not the server's own
    // For whom it was used last: streams and the end of a session name nobody.
    std::optional<core::Principal> principal;
    Secret<> token;
  };
  struct Answer {
    PooledConnection connection;
    wire::HttpResponseHead head;
  };
  // What the stream of one answer told about going on after a break.
  struct Resumption {
    std::string last_event_id;
    std::optional<uint32_t> retry_ms;
  };
  void post_to(std::string target);
  [[nodiscard]] const std::string& server() const { return route_.name; }
  [[nodiscard]] static BodyFrame frame_of(const wire::HttpResponseHead& head);
  // With the server's own credential; asks for a new one where the server takes the old no more.
  Task<Expected<Answer>> exchange(core::Cleared body, std::string_view method, Sending sending,
                                  std::string_view last_event_id, Watchdog::Watch& watch,
                                  HttpStream*& under_way);
  Gateway& gateway_;

 private:
  struct Request {
    std::string_view method;
    const Sending& sending;
    std::string_view last_event_id;
    const ServerRoute::Headers& credential;
  };
  Task<Expected<Answer>> send_once(core::Cleared body, Request request, Watchdog::Watch& watch,
                                   HttpStream*& under_way);
  Task<Expected<ServerRoute::Headers>> credential(const Sending& sending, bool rejected);
  // True when the receiver said that the call is over.
  Task<Expected<bool>> read_events(Answer& answer, Receiver& receiver, Resumption& resumption,
                                   std::shared_ptr<std::atomic<bool>> stop);
  Task<Expected<bool>> read_answer(Answer& answer, Receiver& receiver, Resumption& resumption,
                                   const Sending& sending);
  Error lost(const Watchdog::Watch& watch, Error error) const;
  // While clients hold as much as they may, what servers send stays in the connection.
  Task<> wait_for_room(SteadyTime deadline) const;

  const std::shared_ptr<const Routes> routes_;  // keeps the route alive
  const ServerRoute& route_;
  Locked<State> state_;
  static inline std::atomic<uint64_t> ids_{1};
};

}  // namespace doorward::net
