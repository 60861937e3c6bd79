#include "net/bridge/session_bridge.h"

#include <algorithm>

#include "base/bytes.h"
#include "net/bridge/held_sessions.h"
#include "net/judging.h"
#include "net/own_request.h"
#include "net/session/stateless.h"
#include "net/upstream/sse_upstream.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::minutes kAnswering{10};  // how long a call waits for its client

bool concerns_no_call(wire::Method method) {
  switch (method) {
    case wire::Method::n_tools_list_changed:
    case wire::Method::n_resources_list_changed:
    case wire::Method::n_prompts_list_changed:
    case wire::Method::n_resources_updated:
      return true;
    default:
      return false;
  }
}

Expected<wire::Message> parsed(const Gateway& gateway, std::string text) {
  wire::JsonLimits limits;
  limits.bytes = gateway.settings.server_message_bytes + 4096;
  limits.depth += 8;  // what is wrapped lies deeper
  return wire::Message::parse(std::move(text), limits);
}

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

SessionBridge::SessionBridge(Gateway& gateway, std::shared_ptr<const Routes> routes,
                             const ServerRoute& route, std::shared_ptr<Session> session,
                             wire::Message initialized)
    : gateway_(gateway),
      routes_(std::move(routes)),
      route_(route),
      session_(std::move(session)),
      initialized_(std::move(initialized)),
      one_channel_(!route.url || dynamic_cast<SseUpstream*>(&session_->upstream()) != nullptr) {}

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

CallFacts SessionBridge::own_facts() const {
  CallFacts facts;
  facts.principal = &session_->owner();
  facts.server = session_->server();
  facts.session = session_;
  facts.route = &route_;
  return facts;
}

std::optional<uint64_t> SessionBridge::resumed(std::string_view state_text) const {
  return state_.with([&](const State& state) -> std::optional<uint64_t> {
    const auto found = state.parked.find(state_text);
    if (found == state.parked.end()) return std::nullopt;
    return found->second.call->id();
  });
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

Task<bool> SessionBridge::question(const std::shared_ptr<CarriedCall>& call,
                                   const wire::Message& message, const Sending& sending,
                                   Receiver& receiver) {
  if (message.method() == wire::Method::ping) {
    co_await answer_ping(message);
    co_return false;
  }
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts own = own_facts();
  ServerMessage server{gateway_, *pipeline, own, sending.request, call_id};
  const bool may_ask = may_need_input(sending.method);
  WaitingCalls::Place place;
  if (may_ask) {
    auto taken = gateway_.held->waiting().take(session_->owner_key(), session_->server());
    if (!taken) {
      const bool by_own = taken.error() == WaitingCalls::Full::principal;
      co_await refuse_question(call, server, message, sending, receiver, by_own);
      co_return true;
    }
    place = std::move(*taken);
  }
  auto cleared = co_await server.judge(message, {}, may_ask);
  if (!cleared) co_return false;  // the server has its answer: an error
  auto judged = parsed(gateway_, std::string(cleared->body()));
  if (!judged) co_return false;
  Parked parked;
  parked.call = call;
  parked.asked = static_cast<uint64_t>(judged->id().integer().value_or(0));
  parked.key = "question-" + std::to_string(parked.asked);
  parked.question = cleared->body();
  parked.until = steady_clock::now() + kAnswering;
  parked.place = std::move(place);
  const std::string state_text = random_id();
  const std::string key = parked.key;
  state_.with([&](State& state) { state.parked.emplace(state_text, std::move(parked)); });
  begin_sweeping(co_await asio::this_coro::executor);
  auto asking =
      parsed(gateway_, input_required(*judged, std::to_string(sending.id), key, state_text));
  const bool over = co_await receiver.receive(std::move(asking));
  co_return over;
}

Task<> SessionBridge::refuse_question(const std::shared_ptr<CarriedCall>& call,
                                      ServerMessage& server, const wire::Message& message,
                                      const Sending& sending, Receiver& receiver, bool by_own) {
  const auto refused = co_await server.judge(message, {}, false);
  static_cast<void>(refused);
  co_await give_up(call, 0, "its client can be asked no more");
  const auto now = steady_clock::now();
  auto free = now + kAnswering;
  state_.with([&](const State& state) {
    for (const auto& [_, waiting] : state.parked) free = std::min(free, waiting.until);
  });
  const std::string wait =
      by_own ? std::to_string(WaitingCalls::kOfOne) + " calls wait for your answers already"
             : std::string("calls of others at this server wait for answers already");
  core::Verdict verdict = core::deny(
      "overload.questions", "R6.2",
      "The server asks a question before it answers, and " + wait +
          ", as many as may. This call was ended; whether it took effect is not known unless it "
          "only reads. Answer the questions that are open, or wait until the oldest of them ends, "
          "before you call again.",
      core::Answer::limited);
  // Those of others may end at any moment.
  constexpr std::chrono::seconds kOthers{30};
  verdict.retry_after = std::chrono::ceil<std::chrono::seconds>(
      std::max<steady_clock::duration>(free - now, std::chrono::seconds(0)));
  if (!by_own) verdict.retry_after = std::min<std::chrono::seconds>(*verdict.retry_after, kOthers);
  core::Exchange exchange = exchange_of(server.facts, core::Stage::response, server.call_id);
  exchange.request = sending.request;
  core::Notes notes;
  core::Refusal refusal = server.pipeline.refusal(exchange, notes, std::move(verdict));
  co_await receiver.refused(std::move(refusal));
}

Task<Expected<void>> SessionBridge::resume(const Sending& sending, Receiver& receiver) {
  const auto gone = [] {
    return failure("bridge.state_gone", Fault::client,
                   "the call that waited for this answer has ended");
  };
  const wire::JsonValue answers = sending.request->params()["inputResponses"];
  wire::JsonValue answer;
  std::string unanswered;
  auto parked = state_.with([&](State& state) -> std::optional<Parked> {
    const auto found = state.parked.find(sending.state);
    if (found == state.parked.end() || found->second.call->id() != sending.id) return std::nullopt;
    answer = answers[found->second.key];
    if (!answer.is_object()) {
      unanswered = input_required_again(found->second, sending);
      return std::nullopt;
    }
    std::optional<Parked> taken(std::move(found->second));
    state.parked.erase(found);
    return taken;
  });
  if (!unanswered.empty()) {
    // Its question is still open: asked once more.
    auto asking = parsed(gateway_, std::move(unanswered));
    static_cast<void>(co_await receiver.receive(std::move(asking)));
    co_return Expected<void>{};
  }
  if (!parked) co_return gone();
  parked->place.leave();
  auto message = parsed(gateway_, wire::make_result(std::to_string(parked->asked), answer.raw()));
  if (!message) co_return std::unexpected(std::move(message).error());
  const auto asked = session_->answer(std::to_string(parked->asked));
  if (!asked) co_return gone();
  std::vector<wire::Edit> edits;
  edits.push_back(replace(message->id(), asked->upstream_id));
  auto sent = co_await reply(*message, std::move(edits));
  if (!sent) {
    co_await give_up(parked->call, 0);
    core::Refusal refusal = std::move(sent).error();
    co_await receiver.refused(std::move(refusal));
    co_return Expected<void>{};
  }
  auto done = co_await follow(parked->call, sending, receiver);
  co_return done;
}

std::string SessionBridge::input_required_again(const Parked& parked,
                                                const Sending& sending) const {
  auto question = parsed(gateway_, parked.question);
  if (!question) return {};
  return input_required(*question, std::to_string(sending.id), parked.key, sending.state);
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

Task<> SessionBridge::give_up(std::shared_ptr<CarriedCall> call, uint64_t asked,
                              std::string_view why) {
  if (asked != 0) static_cast<void>(session_->answer(std::to_string(asked)));
  call->stop();
  state_.with([&](State& state) { state.active.erase(call->id()); });
  CallFacts facts = own_facts();
  std::string params = R"({"requestId":)" + std::to_string(call->id()) + R"(,"reason":)" +
                       wire::json_quote(why) + "}";
  co_await tell(gateway_, std::move(facts), wire::Method::n_cancelled, std::move(params));
}

Task<> SessionBridge::drop_stale() {
  const auto now = steady_clock::now();
  const auto stale = state_.with([&](State& state) {
    std::vector<Parked> taken;
    for (auto at = state.parked.begin(); at != state.parked.end();) {
      if (at->second.until > now && !at->second.call->over()) {
        ++at;
        continue;
      }
      taken.push_back(std::move(at->second));
      at = state.parked.erase(at);
    }
    return taken;
  });
  for (const Parked& parked : stale) co_await give_up(parked.call, parked.asked);
}

void SessionBridge::begin_sweeping(asio::any_io_executor executor) {
  const bool first = state_.with([](State& state) { return !std::exchange(state.sweeping, true); });
  if (!first) return;
  auto sweep = [](std::weak_ptr<SessionBridge> of) -> Task<> {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (bool more = true; more;) {
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(kTuple);
      const auto self = of.lock();
      if (!self) co_return;
      co_await self->drop_stale();
      more = self->state_.with([](State& state) {
        state.sweeping = !state.parked.empty();
        return state.sweeping;
      });
    }
  };
  asio::co_spawn(executor, sweep(weak_from_this()), asio::detached);
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

std::optional<SessionBridge::Parked> SessionBridge::unpark(uint64_t call) {
  return state_.with([&](State& state) -> std::optional<Parked> {
    for (auto at = state.parked.begin(); at != state.parked.end(); ++at) {
      if (at->second.call->id() != call) continue;
      std::optional<Parked> taken(std::move(at->second));
      state.parked.erase(at);
      state.active.erase(call);
      return taken;
    }
    return std::nullopt;
  });
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
