#include "net/bridge/session_bridge.h"

#include <algorithm>

#include "base/bytes.h"
#include "net/bridge/bridged_message.h"
#include "net/bridge/held_sessions.h"
#include "net/judging.h"
#include "net/own_request.h"
#include "net/session/stateless.h"
#include "net/upstream/sse_upstream.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

// A request of the bridge is one of its session: that one is not idle then.
struct InUse {
  explicit InUse(Session& in) : session(in), id(new_call_id()) {
    session.touch(steady_clock::now());
    static_cast<void>(session.open_request(id, 0));
  }
  ~InUse() {
    session.close_request(id);
    session.touch(steady_clock::now());
  }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
  Session& session;
  const std::string id;
};

}  // namespace

SessionBridge::SessionBridge(Gateway& gateway, std::shared_ptr<const Routes> routes,
                             const ServerRoute& route, std::shared_ptr<Session> session,
                             wire::Message initialized)
    : gateway_(gateway),
      routes_(std::move(routes)),
      route_(route),
      session_(std::move(session)),
      initialized_(std::move(initialized)),
      one_channel_(!route.url || dynamic_cast<SseUpstream*>(&session_->upstream()) != nullptr) {}

CallFacts SessionBridge::own_facts() const {
  CallFacts facts;
  facts.principal = &session_->owner();
  facts.server = session_->server();
  facts.session = session_;
  facts.route = &route_;
  return facts;
}

Task<Expected<void>> SessionBridge::request(core::Cleared body, Sending sending,
                                            Receiver& receiver) {
  if (sending.request == nullptr) panic("a bridged request without the client's own");
  co_await drop_stale();
  const InUse in_use(*session_);
  if (sending.method == wire::Method::discover) {
    auto done = co_await discover(sending, receiver);
    co_return done;
  }
  if (sending.method == wire::Method::subscriptions_listen) {
    auto done = co_await subscribe(sending, receiver);
    co_return done;
  }
  if (!sessions_know(sending.method)) {
    auto done = co_await unknown_method(sending, receiver);
    co_return done;
  }
  if (!sending.state.empty() && sending.state != kAgain) {
    auto done = co_await resume(sending, receiver);
    co_return done;
  }
  co_await set_level(sending);
  if (sending.cancellation && sending.cancellation->cancelled)
    co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
  auto call = std::make_shared<CarriedCall>(session_->upstream_ptr(), sending.id);
  Sending inner;
  inner.id = sending.id;
  inner.method = sending.method;
  inner.deadline = sending.deadline + kAnswering;
  if (one_channel_)
    call->questions_to([weak = weak_from_this()](wire::Message question) -> Task<> {
      if (const auto self = weak.lock()) co_await self->heard(std::move(question));
    });
  state_.with([&](State& state) { state.active[sending.id] = call; });
  call->start(co_await asio::this_coro::executor, std::move(body), std::move(inner));
  auto done = co_await follow(call, sending, receiver);
  co_return done;
}

Task<Expected<void>> SessionBridge::follow(std::shared_ptr<CarriedCall> call,
                                           const Sending& sending, Receiver& receiver) {
  auto wake = std::make_shared<CarriedCall::Wake>(co_await asio::this_coro::executor, 1);
  call->wake(wake);
  const Cancellation::Heard heard(sending.cancellation, [&wake] { wake->close(); });
  Expected<void> ended;
  for (;;) {
    auto item = call->take();
    if (!item) {
      if (sending.cancellation && sending.cancellation->cancelled)
        ended = failure("upstream.cancelled", Fault::client, "the client cancelled");
      else if (steady_clock::now() >= sending.deadline)
        ended = failure("upstream.deadline", Fault::server, "no answer within the call's time");
      if (!ended) break;
      auto woken = co_await wake->pop(sending.deadline);
      static_cast<void>(woken);
      continue;
    }
    if (!item->message) {
      ended = std::unexpected(std::move(*item->error));
      if (ended.error().code == "upstream.session_gone") session_->end();
      break;
    }
    if (!*item->message) {
      static_cast<void>(co_await receiver.receive(std::move(*item->message)));
      continue;
    }
    auto over = co_await hand_on(call, std::move(**item->message), sending, receiver);
    if (!over) ended = std::unexpected(std::move(over).error());
    if (!over || *over) break;
  }
  call->wake(nullptr);
  if (!ended) call->stop();
  const bool parked = state_.with([&](State& state) {
    for (const auto& [key, held] : state.parked)
      if (held.call == call) return true;
    return false;
  });
  if (!parked) state_.with([&](State& state) { state.active.erase(call->id()); });
  co_return ended;
}

Task<Expected<bool>> SessionBridge::hand_on(const std::shared_ptr<CarriedCall>& call,
                                            wire::Message message, const Sending& sending,
                                            Receiver& receiver) {
  if (message.is_reply()) {
    if (!message.id() || message.id().raw() != std::to_string(sending.id)) {
      const bool over = co_await receiver.receive(std::move(message));
      co_return over;
    }
    auto text = stateless_reply(message, *sending.request);
    if (!text) co_return std::unexpected(std::move(text).error());
    auto made = parsed(gateway_, std::move(*text));
    if (!made) co_return failure("upstream.answer", Fault::server, made.error().what);
    const bool over = co_await receiver.receive(std::move(made));
    co_return over;
  }
  if (message.is_request()) {
    const bool over = co_await question(call, message, sending, receiver);
    co_return over;
  }
  if (concerns_no_call(message.method())) {
    co_await announce(message);
    co_return false;
  }
  const bool log = message.method() == wire::Method::n_message;
  if (log && !wants_log(*sending.request, message)) co_return false;
  if (log || message.method() == wire::Method::n_progress) {
    static_cast<void>(co_await receiver.receive(std::move(message)));
    co_return false;
  }
  // The client's era has no such message on the stream of a call.
  gateway_.counters.dropped_server_messages_total.fetch_add(1);
  gateway_.log("server `" + session_->server() + "`: `" + std::string(message.method_name()) +
               "` has no counterpart for this client and was dropped");
  co_return false;
}

Task<std::expected<void, core::Refusal>> SessionBridge::reply(const wire::Message& message,
                                                              std::vector<wire::Edit> edits) {
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts own = own_facts();
  core::Exchange exchange = exchange_of(own, core::Stage::client_reply, call_id);
  exchange.message = &message;
  exchange.message_bytes = message.bytes().size();
  exchange.reply_expected = true;
  core::Notes notes;
  core::Permits permits;
  auto cleared =
      co_await clear(gateway_, own, *pipeline, exchange, notes, permits, std::move(edits));
  if (!cleared) co_return std::unexpected(std::move(cleared).error());
  Sending sending;
  sending.deadline = steady_clock::now() + gateway_.settings.write_timeout;
  auto sent = co_await session_->upstream().send(std::move(*cleared), sending);
  permits.settle(
      {.ending = sent ? core::Ending::answered : core::Ending::upstream_gone, .result_hash = {}});
  co_return std::expected<void, core::Refusal>{};
}

Task<> SessionBridge::answer_ping(const wire::Message& ping) {
  auto message = parsed(gateway_, wire::make_result(ping.id().raw(), "{}"));
  if (!message) co_return;
  std::vector<wire::Edit> none;
  auto sent = co_await reply(*message, std::move(none));
  static_cast<void>(sent);
}

Task<Expected<void>> SessionBridge::discover(const Sending& sending, Receiver& receiver) {
  auto message = parsed(gateway_, wire::make_result(std::to_string(sending.id),
                                                    discover_result(initialized_.result())));
  static_cast<void>(co_await receiver.receive(std::move(message)));
  co_return Expected<void>{};
}

Task<Expected<void>> SessionBridge::unknown_method(const Sending& sending, Receiver& receiver) {
  constexpr int kMethodNotFound = -32601;
  auto message = parsed(
      gateway_, wire::make_error(std::to_string(sending.id), kMethodNotFound,
                                 "The server speaks an older revision of the protocol, which "
                                 "has no counterpart of this method."));
  static_cast<void>(co_await receiver.receive(std::move(message)));
  co_return Expected<void>{};
}

Task<> SessionBridge::set_level(const Sending& sending) {
  const std::string_view level = log_level(*sending.request);
  const int rank = level_rank(level);
  if (rank < 0 || !initialized_.result()["capabilities"]["logging"]) co_return;
  // The server has one level for all: the most talkative that was asked for; each call filters.
  const bool lower = state_.with([&](State& state) {
    if (state.level <= rank) return false;
    state.level = rank;
    return true;
  });
  if (!lower) co_return;
  OwnRequest request;
  request.method = wire::Method::logging_set_level;
  request.params = R"({"level":)" + wire::json_quote(level) + "}";
  request.deadline = sending.deadline;
  const CallFacts own = own_facts();
  auto done = co_await ask(gateway_, own, std::move(request));
  static_cast<void>(done);
}

Task<Expected<void>> SessionBridge::send(core::Cleared body, Sending sending) {
  if (sending.method != wire::Method::n_cancelled) {
    gateway_.log("server `" + session_->server() +
                 "`: a notification of the client has no "
                 "counterpart for it and was dropped");
    co_return Expected<void>{};
  }
  const auto message = wire::Message::parse(std::string(body.body()));
  const auto id = message ? message->params()["requestId"].integer() : std::nullopt;
  const bool listener = id && state_.with([&](State& state) {
    const auto found = state.listeners.find(static_cast<uint64_t>(*id));
    if (found == state.listeners.end()) return false;
    found->second.cancelled = true;
    found->second.inbox->close();
    return true;
  });
  if (listener) co_return Expected<void>{};
  // What it was going to ask its client is asked no more.
  if (const auto parked = id ? unpark(static_cast<uint64_t>(*id)) : std::nullopt) {
    static_cast<void>(session_->answer(std::to_string(parked->asked)));
    parked->call->stop();
  }
  auto sent = co_await session_->upstream().send(std::move(body), sending);
  co_return sent;
}

Task<Expected<void>> SessionBridge::listen(Receiver&, std::shared_ptr<std::atomic<bool>>) {
  co_return failure("upstream.no_stream", Fault::server, "the client's era has no such stream");
}

}  // namespace doorward::net
