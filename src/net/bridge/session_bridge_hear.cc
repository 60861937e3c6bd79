// What a server says over its session outside of calls, and whose it is.
#include <algorithm>

#include "net/bridge/bridged_message.h"
#include "net/bridge/session_bridge.h"
#include "net/judging.h"
#include "net/session/stateless.h"

namespace doorward::net {

class SessionBridge::Hearing : public Receiver {
 public:
  explicit Hearing(SessionBridge& bridge) : bridge_(bridge) {}
  Task<bool> receive(Expected<wire::Message> message) override {
    if (message) {
      co_await bridge_.heard(std::move(*message));
    } else {
      const auto pipeline = bridge_.gateway_.pipeline.take();
      const std::string call_id = new_call_id();
      const CallFacts own = bridge_.own_facts();
      ServerMessage server{bridge_.gateway_, *pipeline, own, nullptr, call_id};
      server.unparsed(message.error());
    }
    co_return false;
  }

 private:
  SessionBridge& bridge_;
};

void SessionBridge::start(asio::any_io_executor executor) {
  if (hears_always()) begin_hearing(executor);
}

bool SessionBridge::hears_always() const {
  const ClientCapabilities may = session_->capabilities();
  if (!route_.url || may.elicitation || may.sampling || may.roots) return true;
  return announces_changes(initialized_.result()["capabilities"]);
}

void SessionBridge::begin_hearing(asio::any_io_executor executor) {
  auto stop = std::make_shared<std::atomic<bool>>(false);
  const bool first = state_.with([&](State& state) {
    if (state.hearing) return false;
    state.hearing = stop;
    return true;
  });
  if (!first) return;
  auto hear = [](std::shared_ptr<SessionBridge> self,
                 std::shared_ptr<std::atomic<bool>> until) -> Task<> {
    Hearing receiver(*self);
    auto ended = co_await self->session_->upstream().listen(receiver, until);
    if (!ended && ended.error().code == "upstream.session_gone") self->session_->end();
    self->state_.with([&](State& state) {
      if (state.hearing == until) state.hearing.reset();
    });
    until->store(true);
  };
  asio::co_spawn(executor, hear(shared_from_this(), stop), asio::detached);
  // A stream to a server has no end of its own: it ends with the session.
  auto watch = [](std::shared_ptr<Session> session,
                  std::shared_ptr<std::atomic<bool>> until) -> Task<> {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!until->load() && !session->ended()) {
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(kTuple);
    }
    until->store(true);
  };
  asio::co_spawn(executor, watch(session_, stop), asio::detached);
}

std::shared_ptr<CarriedCall> SessionBridge::asking() const {
  return state_.with([](const State& state) -> std::shared_ptr<CarriedCall> {
    std::vector<std::shared_ptr<CarriedCall>> working, waiting;
    for (const auto& [id, weak] : state.active) {
      auto call = weak.lock();
      if (!call || !call->can_ask() || call->over()) continue;
      const bool parked = std::any_of(state.parked.begin(), state.parked.end(),
                                      [&](const auto& held) { return held.second.call == call; });
      (parked ? waiting : working).push_back(std::move(call));
    }
    const auto& those = working.empty() ? waiting : working;
    return those.size() == 1 ? those.front() : nullptr;
  });
}

Task<> SessionBridge::heard(wire::Message message) {
  if (message.is_notification() && concerns_no_call(message.method())) {
    co_await announce(message);
    co_return;
  }
  if (message.is_request() && message.method() != wire::Method::ping) {
    if (const auto call = asking()) {
      call->ask(std::move(message));
      co_return;
    }
  }
  // Progress may come on the session's stream though it belongs to a call.
  const auto call = state_.with([&](const State& state) -> std::shared_ptr<CarriedCall> {
    const auto token = message.method() == wire::Method::n_progress
                           ? message.params()["progressToken"].integer()
                           : std::nullopt;
    const auto found =
        token ? state.active.find(static_cast<uint64_t>(*token)) : state.active.end();
    return found == state.active.end() ? nullptr : found->second.lock();
  });
  if (call && !call->over()) {
    static_cast<void>(co_await call->receive(std::move(message)));
    co_return;
  }
  if (message.method() == wire::Method::ping && message.is_request()) {
    co_await answer_ping(message);
    co_return;
  }
  // Nobody is there to be asked, or nobody can tell who: the server learns it, the log too.
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts own = own_facts();
  ServerMessage server{gateway_, *pipeline, own, nullptr, call_id};
  auto cleared = co_await server.judge(message, {}, message.method() == wire::Method::n_message);
  static_cast<void>(cleared);
}

}  // namespace doorward::net
