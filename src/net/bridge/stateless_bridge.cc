#include "net/bridge/stateless_bridge.h"

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

constexpr int kMethodNotFound = -32601, kInvalidParams = -32602;
constexpr size_t kUris = 256;  // resource subscriptions of one session
constexpr std::chrono::seconds kProbe{10};

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

}  // namespace doorward::net
