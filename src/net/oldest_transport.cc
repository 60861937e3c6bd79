#include "net/oldest_transport.h"

#include <algorithm>

#include "base/bytes.h"
#include "net/judging.h"
#include "net/stream_out.h"

namespace doorward::net {

using core::Answer;
using std::chrono::steady_clock;

namespace {

constexpr std::string_view kParameter = "sessionId=";

// The first event of a stream. `as_event` writes its id as it stands: the line behind it names what
// the event is.
core::Cleared endpoint_event(const core::Pipeline& pipeline, const core::Admission& admission,
                             std::string address) {
  return pipeline.own(admission, std::move(address)).as_event("0\nevent: endpoint", std::nullopt);
}

// Where the answers of a session of this kind go: all of them to its one stream.
class StreamSide : public ClientSide {
 public:
  explicit StreamSide(Session& session) : session_(session) {}
  Task<> send(core::Cleared message) override {
    session_.standalone()->append(std::move(message));
    co_return;
  }
  Task<> answer(core::Cleared message, int, std::string_view) override {
    session_.standalone()->append(std::move(message));
    co_return;
  }

 private:
  Session& session_;
};

// What a request needs that outlives its POST.
struct Outliving {
  std::shared_ptr<Session> session;
  std::shared_ptr<const Routes> routes;
  std::string peer;
};

CallFacts facts_of(const Gateway& gateway, const Outliving& from) {
  CallFacts facts;
  facts.principal = &from.session->owner();
  facts.peer = from.peer;
  facts.server = from.session->server();
  facts.session = from.session;
  facts.route = find_route(gateway, *from.routes, from.session->server());
  return facts;
}

Task<> run_outliving(Gateway& gateway, std::shared_ptr<Outliving> from,
                     std::shared_ptr<wire::Message> message) {
  StreamSide side(*from->session);
  CallFacts facts = facts_of(gateway, *from);
  if (facts.route == nullptr) co_return;
  static_cast<void>(co_await run_request(gateway, std::move(facts), std::move(*message), side));
}

core::Refusal refusal_of(Gateway& gateway, const Outliving& from, const wire::Message& message,
                         core::Verdict verdict) {
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  core::Exchange exchange = exchange_of(facts_of(gateway, from), core::Stage::request, call_id);
  exchange.message = exchange.request = &message;
  core::Notes notes;
  gateway.counters.refused_total.fetch_add(1);
  return pipeline->refusal(exchange, notes, std::move(verdict));
}

// This transport has no headers that repeat a body: one that is there could only mislead.
bool has_mirrors(const wire::HttpRequestHead& head) {
  return std::any_of(head.fields.begin(), head.fields.end(), [](const wire::HttpField& field) {
    std::string low(field.name.substr(0, 10));
    for (char& letter : low)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
    return low == "mcp-method" || low == "mcp-param-" ||
           (low == "mcp-name" && field.name.size() == 8);
  });
}

}  // namespace

std::string_view OldestTransport::session_in(const wire::HttpRequestHead& head) {
  if (!allowed() || head.method != wire::HttpMethod::post || !head.query.starts_with(kParameter))
    return {};
  const std::string_view id = head.query.substr(kParameter.size());
  const bool fits = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
  return fits ? id : "?";
}

Task<> serve_oldest_stream(HttpExchange& exchange, const core::Admission& admission,
                           const ServerRoute& route) {
  Gateway& gateway = exchange.gateway;
  const auto pipeline = gateway.pipeline.take();
  const auto plain = [&exchange](int status) -> Task<> {
    wire::ResponseFrame frame;
    frame.status = status;
    core::Cleared nothing = core::Cleared::nothing();
    co_await exchange.answer(std::move(nothing), std::move(frame));
  };
  auto upstream = co_await gateway.connect(route, admission.principal());
  if (!upstream) {
    gateway.log("server `" + route.name + "`: " + upstream.error().what);
    co_await plain(503);
    co_return;
  }
  auto session = std::make_shared<Session>(random_id(), admission.principal(), route.name,
                                           core::Carrier::stdio, std::move(*upstream),
                                           gateway.settings.session);
  session->touch(steady_clock::now());
  static_cast<void>(session->take_standalone());
  auto added = gateway.sessions.add(session);
  if (added.evicted) co_await gateway.retire(added.evicted);
  if (!added.added) {
    co_await session->upstream().close();
    co_await plain(503);
    co_return;
  }
  auto stop = std::make_shared<std::atomic<bool>>(false);
  asio::co_spawn(co_await asio::this_coro::executor, hear(gateway, session, stop), asio::detached);
  std::string address(exchange.head.path);
  address.append("?").append(kParameter).append(session->id());
  std::optional<core::Cleared> first(endpoint_event(*pipeline, admission, std::move(address)));
  co_await follow(exchange, session, session->standalone(), 0, std::move(first));
  stop->store(true);
  co_await gateway.retire(session);
}

Task<std::optional<core::Refusal>> take_oldest_post(HttpExchange& exchange,
                                                    const ServerRoute& route,
                                                    std::shared_ptr<Session> session,
                                                    wire::Message message) {
  Gateway& gateway = exchange.gateway;
  auto from = std::make_shared<Outliving>();
  from->session = session;
  from->routes = gateway.routes.take();
  from->peer = exchange.peer;
  if (has_mirrors(exchange.head)) {
    core::Verdict verdict = core::deny(
        "transport.header_mismatch", "R5.4",
        "This transport has no Mcp-Method, Mcp-Name or Mcp-Param headers. Leave them out.",
        Answer::header_mismatch);
    co_return refusal_of(gateway, *from, message, std::move(verdict));
  }
  const bool opens = message.is_request() && message.method() == wire::Method::initialize;
  if (message.is_request() && opens == (session->revision() != nullptr)) {
    core::Verdict verdict =
        core::deny("identity.session_exists", "R4.4",
                   opens ? "A session can be initialized once. Open a new stream."
                         : "Send `initialize` first.",
                   Answer::invalid_request);
    co_return refusal_of(gateway, *from, message, std::move(verdict));
  }
  if (route.credential) {
    // Only here is the caller's token at hand; what is got for it is kept for the rest of the way.
    CallFacts asking = facts_of(gateway, *from);
    asking.head = &exchange.head;
    const Caller caller = caller_of(asking);
    auto ready = co_await route.credential(caller, false);
    static_cast<void>(ready);
  }
  if (!message.is_request()) {
    auto refusal = co_await run_one_way(gateway, facts_of(gateway, *from), std::move(message));
    co_return refusal;
  }
  auto held = std::make_shared<wire::Message>(std::move(message));
  asio::co_spawn(co_await asio::this_coro::executor, run_outliving(gateway, from, held),
                 asio::detached);
  co_return std::nullopt;
}

}  // namespace doorward::net
