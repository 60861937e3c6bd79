#include "net/bridge/stateless_bridge.h"

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

constexpr int kMethodNotFound = -32601, kInvalidParams = -32602, kInternal = -32603;
constexpr int kRounds = 8;     // of questions in one call
constexpr size_t kUris = 256;  // resource subscriptions of one session
constexpr size_t kReplies = 64;
constexpr std::chrono::seconds kProbe{10};

Expected<wire::Message> parsed(const Gateway& gateway, std::string text) {
  wire::JsonLimits limits;
  limits.bytes = gateway.settings.server_message_bytes + 4096;
  limits.depth += 8;  // what is wrapped lies deeper
  return wire::Message::parse(std::move(text), limits);
}

Sending stateless_sending(const Sending& from, uint64_t id, const wire::Message& request) {
  Sending inner;
  inner.id = id;
  inner.method = request.method();
  inner.target = request.target();
  inner.deadline = from.deadline;
  inner.stateless = true;
  inner.headers = mirrored_headers(nullptr, request);
  return inner;
}

}  // namespace

// Keeps back a server's refusal of `initialize` until it is known what it means.
class StatelessBridge::Attempt : public Receiver {
 public:
  explicit Attempt(Receiver& client) : client_(client) {}
  Task<bool> receive(Expected<wire::Message> message) override {
    if (message && message->kind() == wire::MessageKind::error) {
      refusal.emplace(std::move(*message));
      co_return true;
    }
    const bool over = co_await client_.receive(std::move(message));
    answered = answered || over;
    co_return over;
  }
  std::optional<wire::Message> refusal;
  bool answered = false;

 private:
  Receiver& client_;
};

// Hands a stateless server's messages about one request on, but keeps a result that asks.
class StatelessBridge::Relay : public Receiver {
 public:
  // `request` is what the server was sent.
  Relay(StatelessBridge& bridge, Receiver& client, uint64_t id, uint64_t now,
        const wire::Message& request)
      : bridge_(bridge),
        client_(client),
        request_(request),
        id_(std::to_string(id)),
        now_(std::to_string(now)) {}
  Task<bool> receive(Expected<wire::Message> message) override {
    if (!message) {
      const bool over = co_await client_.receive(std::move(message));
      co_return over;
    }
    const bool ours = message->is_reply() && message->id() && message->id().raw() == now_;
    if (ours && !has_known_result_type(*message, request_)) {
      has_bad_answer = true;  // its kind is taken out on the way, so it is judged here
      co_return true;
    }
    if (ours && is_input_required(*message)) {
      asking.emplace(std::move(*message));
      co_return true;
    }
    const bool progress = message->method() == wire::Method::n_progress;
    // That era has no request of a server, and on the stream of a call nothing else than its
    // progress and its log; who sends it all the same has no right to an answer.
    const bool fits =
        message->is_reply() || progress || message->method() == wire::Method::n_message;
    if (!fits || (!message->is_reply() && subscription_id(*message))) {
      bridge_.gateway_.counters.dropped_server_messages_total.fetch_add(1);
      bridge_.gateway_.log("server `" + bridge_.route_.name +
                           "`: a message that belongs to no call of this kind was dropped");
      co_return false;
    }
    if ((message->is_reply() && !ours) ||
        (progress && message->params()["progressToken"].raw() != now_)) {
      const bool over = co_await client_.receive(std::move(message));  // judged: belongs to nothing
      co_return over;
    }
    if (ours && lists_tools) bridge_.learn_tools(*message);
    auto made = parsed(bridge_.gateway_, session_message(*message, id_));
    const bool over = co_await client_.receive(std::move(made));
    co_return over;
  }
  bool lists_tools = false;
  bool has_bad_answer = false;
  Task<> streaming() override { return client_.streaming(); }
  std::optional<wire::Message> asking;

 private:
  StatelessBridge& bridge_;
  Receiver& client_;
  const wire::Message& request_;
  const std::string id_, now_;
};

StatelessBridge::StatelessBridge(Gateway& gateway, std::shared_ptr<const Routes> routes,
                                 const ServerRoute& route, core::Principal principal,
                                 std::shared_ptr<Upstream> inner)
    : gateway_(gateway),
      routes_(std::move(routes)),
      route_(route),
      inner_(inner),
      own_(std::make_shared<Session>("", std::move(principal), route.name, core::Carrier::http,
                                     std::move(inner), gateway.settings.session)) {}

CallFacts StatelessBridge::own_facts() const {
  CallFacts facts;
  facts.principal = &own_->owner();
  facts.server = own_->server();
  facts.session = own_;
  facts.route = &route_;
  facts.stateless = true;
  return facts;
}

void StatelessBridge::translate(const wire::Message& request,
                                std::vector<wire::Edit>& edits) const {
  if (!bridged_.load() || !request.is_request()) return;
  if (!stateless_knows(request.method())) return;  // answered here
  const StatelessClient client = state_.with([](const State& state) { return state.client; });
  add_stateless(request, client, edits);
}

Task<Expected<void>> StatelessBridge::request(core::Cleared body, Sending sending,
                                              Receiver& receiver) {
  if (sending.method == wire::Method::initialize && !bridged_.load()) {
    auto done = co_await initialize(std::move(body), std::move(sending), receiver);
    co_return done;
  }
  if (!bridged_.load()) {
    const auto upstream = inner();
    auto done = co_await upstream->request(std::move(body), std::move(sending), receiver);
    co_return done;
  }
  if (!stateless_knows(sending.method)) {
    auto done = co_await answer_here(sending, receiver);
    co_return done;
  }
  auto done = co_await carry(std::move(body), std::move(sending), receiver);
  co_return done;
}

Task<Expected<void>> StatelessBridge::initialize(core::Cleared body, Sending sending,
                                                 Receiver& receiver) {
  // Judged and spliced: the revision that Doorward chose for this client.
  const auto judged = parsed(gateway_, std::string(body.body()));
  if (!judged) co_return std::unexpected(judged.error());
  const std::string revision(judged->params()["protocolVersion"].text());
  const StatelessClient client = stateless_client(*judged);
  state_.with([&](State& state) { state.client = client; });
  if (!gateway_.held->is_sessionless(route_.name)) {
    Attempt attempt(receiver);
    core::Cleared spare = body.again();
    const auto upstream = inner();
    auto tried = co_await upstream->request(std::move(body), sending, attempt);
    if (attempt.answered) co_return Expected<void>{};
    const bool may_be =
        attempt.refusal ||
        (!tried && (is_bad_status(tried.error()) || tried.error().code == "upstream.answer"));
    if (!may_be) co_return tried;
    auto begun = co_await begin(revision, sending, receiver);
    if (begun) co_return begun;
    if (!attempt.refusal && route_.url) {
      auto events = co_await try_events(std::move(spare), sending, receiver);
      if (events) co_return events;
    }
    if (!attempt.refusal) co_return tried;
    static_cast<void>(co_await receiver.receive(std::move(*attempt.refusal)));
    co_return Expected<void>{};
  }
  auto begun = co_await begin(revision, sending, receiver);
  co_return begun;
}

Task<Expected<void>> StatelessBridge::try_events(core::Cleared body, const Sending& sending,
                                                 Receiver& receiver) {
  auto opened =
      co_await SseUpstream::open(gateway_, routes_, route_, sending.id + 1, sending.deadline);
  if (!opened) co_return std::unexpected(std::move(opened).error());
  gateway_.log("server `" + route_.name + "` speaks HTTP with SSE, the oldest transport");
  const auto before =
      inner_.with([&](std::shared_ptr<Upstream>& held) { return std::exchange(held, *opened); });
  co_await before->close();
  const auto upstream = *opened;
  auto done = co_await upstream->request(std::move(body), sending, receiver);
  co_return done;
}

Task<> StatelessBridge::close() {
  const auto upstream = inner();
  co_await upstream->close();
}

Task<Expected<void>> StatelessBridge::begin(std::string_view revision, const Sending& sending,
                                            Receiver& receiver) {
  OwnRequest request;
  request.method = wire::Method::discover;
  request.params = stateless_params("{}");
  request.deadline = std::min(sending.deadline, steady_clock::now() + kProbe);
  const CallFacts own = own_facts();
  auto found = co_await ask(gateway_, own, std::move(request));
  if (!found) co_return std::unexpected(std::move(found).error());
  if (found->kind() != wire::MessageKind::response ||
      !is_served_statelessly(found->result()["supportedVersions"])) {
    gateway_.held->forget(route_.name);
    co_return failure("upstream.unavailable", Fault::server, "the server refuses a session");
  }
  gateway_.held->learn(route_.name, true, true);
  gateway_.log("server `" + route_.name + "` knows no sessions; Doorward keeps the client's");
  state_.with([&](State& state) { state.capabilities = found->result()["capabilities"].raw(); });
  bridged_.store(true);
  auto reply = parsed(gateway_,
                      wire::make_result(std::to_string(sending.id),
                                        initialize_result(revision, found->result(), route_.name)));
  static_cast<void>(co_await receiver.receive(std::move(reply)));
  co_return Expected<void>{};
}

// Requests that only sessions have: Doorward's own to answer.
Task<Expected<void>> StatelessBridge::answer_here(const Sending& sending, Receiver& receiver) {
  const std::string id = std::to_string(sending.id);
  const wire::Message& request = *sending.request;
  std::string text = wire::make_result(id, "{}");
  if (sending.method == wire::Method::logging_set_level) {
    const std::string_view level = request.params()["level"].text();
    if (level_rank(level) < 0)
      text = wire::make_error(id, kInvalidParams, "There is no such log level.");
    else
      state_.with([&](State& state) { state.client.level = level; });
  } else if (sending.method == wire::Method::resources_subscribe ||
             sending.method == wire::Method::resources_unsubscribe) {
    subscribe(request);
  } else if (sending.method != wire::Method::ping) {
    text = wire::make_error(id, kMethodNotFound,
                            "The server speaks a newer revision of the protocol, which has no "
                            "counterpart of this method.");
  }
  auto reply = parsed(gateway_, std::move(text));
  static_cast<void>(co_await receiver.receive(std::move(reply)));
  co_return Expected<void>{};
}

void StatelessBridge::subscribe(const wire::Message& request) {
  const std::string uri(request.params()["uri"].text());
  state_.with([&](State& state) {
    const auto held = std::find(state.uris.begin(), state.uris.end(), uri);
    if (request.method() == wire::Method::resources_subscribe) {
      if (held == state.uris.end() && state.uris.size() < kUris) state.uris.push_back(uri);
    } else if (held != state.uris.end()) {
      state.uris.erase(held);
    }
    // What is listened to now is asked anew, with this change.
    if (state.listening) asio::post(state.listening_home, [of = state.listening] { of->cancel(); });
  });
}

Task<Expected<void>> StatelessBridge::carry(core::Cleared body, Sending sending,
                                            Receiver& receiver) {
  auto executor = co_await asio::this_coro::executor;
  auto base = parsed(gateway_, std::string(body.body()));
  if (!base) co_return std::unexpected(std::move(base).error());
  Active mine;
  mine.cancellation = std::make_shared<Cancellation>();
  mine.home = executor;
  mine.now = sending.id;
  mine.replies = std::make_shared<Replies>(executor, kReplies);
  state_.with([&](State& state) { state.active.emplace(sending.id, mine); });
  const std::shared_ptr<Cancellation> outer = sending.cancellation;
  const Cancellation::Heard heard(outer, [of = mine.cancellation, to = mine.replies] {
    of->cancel();
    to->close();
  });
  struct Leave {
    StatelessBridge& bridge;
    uint64_t id;
    ~Leave() {
      bridge.state_.with([&](State& state) {
        state.active.erase(id);
        std::erase_if(state.asked, [&](const auto& asked) { return asked.second == id; });
      });
    }
  } const leave{*this, sending.id};
  const auto is_over = [&outer] { return outer && outer->cancelled; };

  const auto upstream = inner();
  const wire::Message* request = &*base;
  std::optional<wire::Message> again;
  Expected<void> ended;
  for (int round = 0; round < kRounds; ++round) {
    Relay relay(*this, receiver, sending.id, mine.now, *request);
    relay.lists_tools = sending.method == wire::Method::tools_list;
    Sending how = stateless_sending(sending, mine.now, *request);
    how.cancellation = mine.cancellation;
    co_await add_param_headers(*request, how);
    ended = co_await upstream->request(std::move(body), std::move(how), relay);
    if (mine.cancellation->cancelled) {
      // What is cancelled needs no answer, but its stream an end.
      if (!route_.url) co_await cancel(mine.now);
      if (is_over())
        co_return failure("upstream.cancelled", Fault::client, "the client's side ended it");
      auto over = parsed(gateway_, wire::make_error(std::to_string(sending.id), kInternal,
                                                    "The request was cancelled."));
      static_cast<void>(co_await receiver.receive(std::move(over)));
      co_return Expected<void>{};
    }
    if (!ended && ended.error().code == "upstream.deadline" && !route_.url)
      co_await cancel(mine.now);
    if (relay.has_bad_answer)
      co_return failure("upstream.answer", Fault::server, "a kind of result that is not known");
    if (!ended || !relay.asking) co_return ended;
    auto answers = co_await collect(*relay.asking, sending, receiver);
    if (is_over())
      co_return failure("upstream.cancelled", Fault::client, "the client's side ended it");
    if (mine.cancellation->cancelled)
      answers = failure("bridge.cancelled", Fault::client, "The request was cancelled.");
    if (!answers) {
      if (answers.error().code.starts_with("upstream.")) co_return std::unexpected(answers.error());
      auto refused = parsed(
          gateway_, wire::make_error(std::to_string(sending.id), kInternal, answers.error().what));
      static_cast<void>(co_await receiver.receive(std::move(refused)));
      co_return Expected<void>{};
    }
    const wire::JsonValue state = relay.asking->result()["requestState"];
    mine.now = upstream->next_id();
    state_.with([&](State& held) { held.active[sending.id].now = mine.now; });
    auto next =
        parsed(gateway_, answered_request(*base, std::to_string(mine.now), *answers,
                                          state.is_string() ? state.raw() : std::string_view()));
    if (!next) co_return std::unexpected(std::move(next).error());
    again.emplace(std::move(*next));
    auto cleared = co_await own(*again);
    if (!cleared) co_return std::unexpected(std::move(cleared).error());
    body = std::move(*cleared);
    request = &*again;
  }
  co_return failure("upstream.answer", Fault::server, "the server asks without end");
}

Task<Expected<std::string>> StatelessBridge::collect(const wire::Message& asking,
                                                     const Sending& sending, Receiver& receiver) {
  const std::string prefix = "input-" + random_id(6);
  auto asked = questions(asking, prefix);
  if (!asked) co_return std::unexpected(std::move(asked).error());
  const auto replies = state_.with([&](State& state) {
    for (size_t i = 0; i < asked->size(); ++i)
      state.asked[prefix + "-" + std::to_string(i)] = sending.id;
    return state.active[sending.id].replies;
  });
  for (const Question& question : *asked) {
    auto message = parsed(gateway_, question.text);
    // Judged, asked under an id of the session's; or refused, which comes back as a reply.
    static_cast<void>(co_await receiver.receive(std::move(message)));
  }
  std::string members;
  for (size_t missing = asked->size(); missing > 0; --missing) {
    auto reply = co_await replies->pop(sending.deadline);
    if (!reply)
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    const std::string_view id = reply->id().text();
    const auto at = std::find_if(asked->begin(), asked->end(), [&](const Question& question) {
      return id == prefix + "-" + std::to_string(&question - asked->data());
    });
    if (at == asked->end()) {
      ++missing;
      continue;
    }
    std::string answer;
    if (reply->kind() == wire::MessageKind::response)
      answer = reply->result().raw();
    else if (at->method == wire::Method::elicitation_create)
      answer = R"({"action":"cancel"})";  // closed without a choice, in this method's own words
    else
      co_return failure("bridge.unanswered", Fault::client,
                        "The server asked the client for something that it did not give.");
    if (!members.empty()) members += ',';
    members.append(at->key).append(":").append(answer);
  }
  co_return members;
}

Task<Expected<core::Cleared>> StatelessBridge::own(const wire::Message& message) {
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts facts = own_facts();
  core::Exchange exchange = exchange_of(facts, core::Stage::request, call_id);
  exchange.own = true;  // the client's call was judged, and so was each of its answers
  exchange.message = exchange.request = &message;
  exchange.message_bytes = message.bytes().size();
  core::Notes notes;
  core::Permits permits;
  auto cleared = co_await clear(gateway_, facts, *pipeline, exchange, notes, permits, {});
  permits.settle(
      {.ending = cleared ? core::Ending::answered : core::Ending::refused, .result_hash = {}});
  if (!cleared)
    co_return failure(cleared.error().verdict.reason == "privilege.answers_unseen"
                          ? "bridge.answers_unseen"
                          : "upstream.unavailable",
                      Fault::server, std::string(cleared.error().verdict.reason));
  co_return std::move(*cleared);
}

void StatelessBridge::learn_tools(const wire::Message& list) {
  constexpr size_t kTools = 4096;
  state_.with([&](State& state) {
    const wire::JsonValue tools = list.result()["tools"];
    if (!tools.is_array()) return;
    for (const wire::JsonValue tool : tools.items()) {
      auto headers = wire::param_headers(tool["inputSchema"]);
      const std::string name(tool["name"].text());
      if (!headers || headers->empty())
        state.tools.erase(name);
      else if (state.tools.size() < kTools)
        state.tools.insert_or_assign(name, std::move(*headers));
    }
  });
}

Task<> StatelessBridge::add_param_headers(const wire::Message& request, Sending& inner) {
  if (!route_.url || request.method() != wire::Method::tools_call) co_return;
  const bool known =
      state_.with([](State& state) { return std::exchange(state.tools_known, true); });
  std::string cursor;
  for (int page = 0; !known && page < 20; ++page) {
    OwnRequest list;
    list.method = wire::Method::tools_list;
    list.params = listing_params(cursor);
    list.deadline = inner.deadline;
    const CallFacts own = own_facts();
    auto reply = co_await ask(gateway_, own, std::move(list));
    if (!reply || reply->kind() != wire::MessageKind::response) break;
    learn_tools(*reply);
    cursor = reply->result()["nextCursor"].text();
    if (cursor.empty()) break;
  }
  const auto headers = state_.with([&](const State& state) {
    const auto found = state.tools.find(request.target());
    return found == state.tools.end() ? std::vector<wire::ParamHeader>() : found->second;
  });
  for (const wire::ParamHeader& header : headers)
    if (const auto text = wire::param_text(header, request.arguments()))
      inner.headers.emplace_back(std::string(wire::kParamHeaderPrefix) + header.name,
                                 wire::header_value(*text));
}

Task<> StatelessBridge::cancel(uint64_t id) {
  CallFacts facts = own_facts();
  std::string params = R"({"requestId":)" + std::to_string(id) + "}";
  co_await tell(gateway_, std::move(facts), wire::Method::n_cancelled, std::move(params));
}

Task<Expected<void>> StatelessBridge::send(core::Cleared body, Sending sending) {
  if (!bridged_.load()) {
    const auto upstream = inner();
    auto sent = co_await upstream->send(std::move(body), std::move(sending));
    co_return sent;
  }
  auto message = parsed(gateway_, std::string(body.body()));
  if (!message) co_return Expected<void>{};
  if (message->is_reply()) {
    const std::string id(message->id() ? message->id().text() : std::string_view());
    state_.with([&](State& state) {
      const auto asked = state.asked.find(id);
      if (asked == state.asked.end()) return;
      const auto call = state.active.find(asked->second);
      state.asked.erase(asked);
      if (call != state.active.end())
        static_cast<void>(call->second.replies->push(std::move(*message)));
    });
  } else if (message->method() == wire::Method::n_cancelled) {
    const auto id = message->params()["requestId"].integer();
    state_.with([&](State& state) {
      const auto call = id ? state.active.find(static_cast<uint64_t>(*id)) : state.active.end();
      if (call == state.active.end()) return;
      asio::post(call->second.home, [of = call->second.cancellation, to = call->second.replies] {
        of->cancel();
        to->close();
      });
    });
  }
  // `initialized` and `roots/list_changed` concern the session, which is Doorward's.
  co_return Expected<void>{};
}

// What a stateless server announces, as the session's own stream.
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
