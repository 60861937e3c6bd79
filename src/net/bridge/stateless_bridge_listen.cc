// What a stateless server announces, as the own stream of a client's session.
#include <algorithm>

#include "net/bridge/bridged_message.h"
#include "net/bridge/stateless_bridge.h"
#include "net/bridge/stateless_sending.h"

namespace doorward::net {

using std::chrono::steady_clock;

class StatelessBridge::Announcements : public Receiver {
 public:
  Announcements(StatelessBridge& bridge, Receiver& client, std::string id)
      : bridge_(bridge), client_(client), id_(std::move(id)) {}
  Task<bool> receive(Expected<wire::Message> message) override {
    if (!message) {
      static_cast<void>(co_await client_.receive(std::move(message)));
      co_return false;
    }
    if (message->is_reply()) co_return message->id() && message->id().raw() == id_;
    const wire::JsonValue of = subscription_id(*message);
    const bool ours = of && (of.is_string() ? of.text() == id_ : of.raw() == id_);
    if (!message->is_notification() || !ours) {
      bridge_.gateway_.counters.dropped_server_messages_total.fetch_add(1);
      bridge_.gateway_.log("server `" + bridge_.route_.name +
                           "`: a message of no subscription was dropped");
      co_return false;
    }
    if (message->method() == wire::Method::n_subscriptions_acknowledged) co_return false;
    auto made = parsed(bridge_.gateway_, session_message(*message, id_));
    static_cast<void>(co_await client_.receive(std::move(made)));
    co_return false;
  }

 private:
  StatelessBridge& bridge_;
  Receiver& client_;
  const std::string id_;
};

bool StatelessBridge::has_news() const {
  return state_.with([](const State& state) {
    return !state.uris.empty() || state.capabilities.find("listChanged") != std::string::npos;
  });
}

Task<Expected<void>> StatelessBridge::listen(Receiver& receiver,
                                             std::shared_ptr<std::atomic<bool>> stop) {
  const auto upstream = inner();
  if (!bridged_.load()) {
    auto ended = co_await upstream->listen(receiver, std::move(stop));
    co_return ended;
  }
  auto executor = co_await asio::this_coro::executor;
  int failures = 0;
  asio::steady_timer pause(executor);
  while (!stop->load() && !upstream->is_gone()) {
    if (!has_news()) {
      pause.expires_after(std::chrono::milliseconds(250));
      co_await pause.async_wait(kTuple);
      continue;
    }
    const uint64_t id = upstream->next_id();
    auto cancellation = std::make_shared<Cancellation>();
    std::string text = state_.with([&](State& state) {
      state.listening = cancellation;
      state.listening_home = executor;
      const auto capabilities = wire::JsonDocument::parse(state.capabilities);
      return listen_request(std::to_string(id), state.client,
                            capabilities ? capabilities->root() : wire::JsonValue(), state.uris);
    });
    auto message = parsed(gateway_, std::move(text));
    if (!message) co_return std::unexpected(std::move(message).error());
    auto cleared = co_await own(*message);
    if (!cleared) co_return std::unexpected(std::move(cleared).error());
    Sending wanted;
    wanted.deadline = steady_clock::now() + std::chrono::hours(24);
    Sending how = stateless_sending(wanted, id, *message);
    how.cancellation = cancellation;
    // Looks now and then whether the client still listens.
    auto watch = [](std::shared_ptr<Cancellation> of,
                    std::shared_ptr<std::atomic<bool>> until) -> Task<> {
      asio::steady_timer timer(co_await asio::this_coro::executor);
      while (!of->cancelled && !until->load()) {
        timer.expires_after(std::chrono::milliseconds(250));
        co_await timer.async_wait(kTuple);
      }
      of->cancel();
    };
    asio::co_spawn(executor, watch(cancellation, stop), asio::detached);
    const auto began = steady_clock::now();
    Announcements announcements(*this, receiver, std::to_string(id));
    auto ended = co_await upstream->request(std::move(*cleared), std::move(how), announcements);
    const bool changed = cancellation->cancelled;
    cancellation->cancelled = true;  // its watch ends
    if (changed && !route_.url) co_await cancel(id);
    if (stop->load()) break;
    if (changed) continue;
    static_cast<void>(ended);
    // A stream that breaks is asked for again; one that breaks at once, ever more seldom.
    failures =
        steady_clock::now() - began > std::chrono::seconds(30) ? 0 : std::min(failures + 1, 5);
    pause.expires_after(std::chrono::seconds(1 << failures));
    co_await pause.async_wait(kTuple);
  }
  state_.with([](State& state) { state.listening.reset(); });
  co_return Expected<void>{};
}

}  // namespace doorward::net
