// `subscriptions/listen` of a stateless client, carried by what a server with sessions announces
// and by subscriptions of its session.
#include "net/bridge/session_bridge.h"
#include "net/judging.h"
#include "net/own_request.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr size_t kHeard = 256;  // notifications that a listener has not taken
}

Task<Expected<void>> SessionBridge::subscribe(const Sending& sending, Receiver& receiver) {
  auto executor = co_await asio::this_coro::executor;
  const Subscription wanted =
      subscription_of(*sending.request, initialized_.result()["capabilities"]);
  const std::string id = std::to_string(sending.id);
  auto inbox = std::make_shared<Inbox<std::string>>(executor, kHeard);
  state_.with([&](State& state) { state.listeners[sending.id] = Listener{wanted, inbox, false}; });
  const Cancellation::Heard heard(sending.cancellation, [&inbox] { inbox->close(); });
  begin_hearing(executor);
  co_await watch(wanted.uris, true);
  auto first = wire::Message::parse(acknowledgement(wanted, id));
  static_cast<void>(co_await receiver.receive(std::move(first)));
  bool cancelled = false;
  while (!cancelled && !session_->ended() && steady_clock::now() < sending.deadline) {
    const auto look = std::min(sending.deadline, steady_clock::now() + std::chrono::seconds(5));
    auto text = co_await inbox->pop(look);
    if (text) {
      auto message = wire::Message::parse(std::move(*text));
      static_cast<void>(co_await receiver.receive(std::move(message)));
    }
    cancelled = inbox->closed();
  }
  state_.with([&](State& state) { state.listeners.erase(sending.id); });
  co_await watch(wanted.uris, false);
  stop_hearing();
  if (cancelled) co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
  auto last = wire::Message::parse(subscription_end(id));
  static_cast<void>(co_await receiver.receive(std::move(last)));
  co_return Expected<void>{};
}

void SessionBridge::stop_hearing() {
  if (hears_always()) return;
  state_.with([](State& state) {
    if (!state.listeners.empty() || !state.hearing) return;
    state.hearing->store(true);
    state.hearing.reset();
  });
}

Task<> SessionBridge::watch(const std::vector<std::string>& uris, bool on) {
  for (const std::string& uri : uris) {
    const bool changes = state_.with([&](State& state) {
      int& watchers = state.watched[uri];
      watchers += on ? 1 : -1;
      const bool first = on && watchers == 1, last = !on && watchers <= 0;
      if (last) state.watched.erase(uri);
      return first || last;
    });
    if (!changes || session_->ended()) continue;
    OwnRequest request;
    request.method = on ? wire::Method::resources_subscribe : wire::Method::resources_unsubscribe;
    request.params = R"({"uri":)" + wire::json_quote(uri) + "}";
    request.deadline = steady_clock::now() + std::chrono::seconds(10);
    const CallFacts own = own_facts();
    auto done = co_await ask(gateway_, own, std::move(request));
    if (!done)
      gateway_.log("server `" + session_->server() +
                   "`: `resources/subscribe`: " + done.error().what);
  }
}

Task<> SessionBridge::announce(const wire::Message& message) {
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts own = own_facts();
  ServerMessage server{gateway_, *pipeline, own, nullptr, call_id};
  auto cleared = co_await server.judge(message, {}, true);
  if (!cleared) co_return;
  auto judged = wire::Message::parse(std::string(cleared->body()));
  if (!judged) co_return;
  state_.with([&](State& state) {
    for (auto& [id, listener] : state.listeners) {
      if (!listener.wanted.takes(*judged)) continue;
      if (!listener.inbox->push(tagged(*judged, std::to_string(id))))
        gateway_.counters.dropped_server_messages_total.fetch_add(1);
    }
  });
}

}  // namespace doorward::net
