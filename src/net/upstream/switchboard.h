// Who gets which message of a server that has one channel for all: replies and progress by id,
// questions by whose requests are open, the rest by what it is about. Any thread.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "net/inbox.h"
#include "wire/message.h"

namespace doorward::net {

using ServerMessages = Inbox<Expected<wire::Message>>;

class Switchboard {
 public:
  // `shared`: the channel serves several principals, so what belongs to no request belongs to
  // nobody. `dropped` counts what nobody took.
  Switchboard(bool shared, std::atomic<uint64_t>& dropped) : shared_(shared), dropped_(dropped) {}

  // Who waits for the messages of a request.
  struct Waiting {
    std::shared_ptr<ServerMessages> inbox;
    const void* client = nullptr;  // only compared: whom a question of this request would ask
    bool can_ask = false;          // the server may need input to answer it
  };
  void expect(uint64_t id, Waiting waiting);  // until `forget`
  void forget(uint64_t id);
  // This client is gone: another one may stand at its address.
  void left(const void* client);
  // Nobody waits for an answer.
  [[nodiscard]] bool idle() const;

  [[nodiscard]] size_t waiting() const;

  // A request that got no answer in its time: its answer, come late, is taken for nobody.
  void overdue(uint64_t id);
  // True where it still did not come; it is looked for no longer.
  [[nodiscard]] bool still_overdue(uint64_t id);

  // Who gets what belongs to no request, until it is gone; what came before anyone listened is
  // handed over first. What the server says of itself goes to all who listen, anything else to the
  // one that came last, and where several principals are served to nobody.
  void attach(const std::shared_ptr<ServerMessages>& inbox);

  // Hands on what weighs `weight` bytes. A question comes back where nobody can tell whom it asks:
  // requests of several clients are open, or several listen and none is (R5.6). Where several
  // principals are served also with no request open, and while another client's, given up a while
  // ago, may still ask.
  [[nodiscard]] std::optional<wire::Message> dispatch(Expected<wire::Message> message,
                                                      size_t weight = 0);
  // The channel is gone: nobody waits any longer.
  void close();

 private:
  struct State {
    std::map<uint64_t, Waiting> calls;
    std::set<uint64_t> overdue;
    // When a client last gave up a call that could ask, where several principals are served: the
    // server may still be at it, and ask. Null stands for those who left.
    std::map<const void*, SteadyTime> given_up;
    std::vector<std::weak_ptr<ServerMessages>> listeners;  // the last came last
    std::deque<Expected<wire::Message>> early;             // until someone listens; bounded
    size_t early_bytes = 0;
    bool closed = false;
  };
  enum class Route : uint8_t { found, taken, listeners, nobody };
  using Target = std::shared_ptr<ServerMessages>;
  static Route to_its_request(State& state, uint64_t id, bool is_reply, Target& target);
  Route to_whom_it_asks(const State& state, Target& target) const;
  Route to_listeners(State& state, Expected<wire::Message>& message, Target& target);
  void tell_all(State& state, const wire::Message& message);
  void keep_early(State& state, Expected<wire::Message> message);

  const bool shared_;
  std::atomic<uint64_t>& dropped_;
  Locked<State> state_;
};

}  // namespace doorward::net
