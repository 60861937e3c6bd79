// Who gets which message of a server that has one channel for all: replies and progress by id, the
// rest by what it is about. Any thread.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>

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

  // Who gets the messages of request `id`; until `forget`.
  void expect(uint64_t id, std::shared_ptr<ServerMessages> inbox);
  void forget(uint64_t id);
  // Who gets what belongs to no request; what came before anyone listened is handed over first.
  void attach(std::shared_ptr<ServerMessages> inbox);
  void dispatch(Expected<wire::Message> message);
  // The channel is gone: nobody waits any longer.
  void close();

 private:
  struct State {
    std::map<uint64_t, std::shared_ptr<ServerMessages>> calls;
    std::shared_ptr<ServerMessages> unsolicited;
    std::deque<Expected<wire::Message>> early;  // until someone listens; bounded
    bool closed = false;
  };
  const bool shared_;
  std::atomic<uint64_t>& dropped_;
  Locked<State> state_;
};

}  // namespace doorward::net
