#include "net/mcp_endpoint.h"

#include "base/bytes.h"
#include "net/inbox.h"
#include "net/judging.h"
#include "net/oldest_transport.h"
#include "net/own_request.h"
#include "net/post_side.h"
#include "net/session/stateless.h"
#include "net/stream_out.h"
#include "net/writer.h"
#include "wire/http_signature.h"

namespace doorward::net {

using core::Answer;
using std::chrono::steady_clock;

namespace {

// A charset other than UTF-8 would let the server read other text than was judged.
bool is_plain_utf8(std::string_view content_type) {
  std::string low;
  for (const char letter : content_type)
    low += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  const size_t at = low.find("charset");
  return at == std::string::npos || low.find("utf-8", at) != std::string::npos;
}

CallFacts facts_of(const HttpExchange& exchange, const core::Admission& admission,
                   const ServerRoute& route, std::shared_ptr<Session> session) {
  CallFacts facts;
  facts.carrier = core::Carrier::http;
  facts.principal = &admission.principal();
  facts.head = &exchange.head;
  facts.peer = exchange.peer;
  facts.server = route.name;
  facts.session = std::move(session);
  facts.route = &route;
  return facts;
}

class Endpoint {
 public:
  Endpoint(HttpExchange& exchange, const core::Admission& admission, const ServerRoute& route,
           NamedSession named)
      : exchange_(exchange),
        gateway_(exchange.gateway),
        admission_(admission),
        route_(route),
        session_(std::move(named.session)),
        pipeline_(gateway_.pipeline.take()) {}

  Task<> run() {
    // A session of another server is none of this one.
    if (session_ && (session_->server() != route_.name || session_->ended())) {
      if (session_->ended()) co_await gateway_.retire(session_);
      core::Verdict verdict =
          core::deny("identity.session_unknown", "R4.4",
                     "This session is not known here. Start a new one.", Answer::not_found);
      co_await refuse(std::move(verdict));
      co_return;
    }
    if (session_) session_->touch(steady_clock::now());
    if (exchange_.head.method != wire::HttpMethod::post &&
        !protocol_facts(&exchange_.head, nullptr, gateway_.settings.revision_floor)
             .revision_known) {
      core::Verdict verdict = core::deny(
          "transport.revision", "R5.5",
          "MCP-Protocol-Version names no revision that is served here.", Answer::revision);
      co_await refuse(std::move(verdict));
      co_return;
    }
    switch (exchange_.head.method) {
      case wire::HttpMethod::post:
        co_await post();
        break;
      case wire::HttpMethod::get:
        co_await get();
        break;
      case wire::HttpMethod::delete_:
        co_await remove();
        break;
      default:
        co_await plain(405, "POST, GET, DELETE");
    }
  }

 private:
  Task<> plain(int status, std::string_view allow = {}) {
    wire::ResponseFrame frame;
    frame.status = status;
    frame.allow = allow;
    core::Cleared nothing = core::Cleared::nothing();
    co_await exchange_.answer(std::move(nothing), std::move(frame));
  }

  // A refusal that belongs to no parsed request.
  Task<> refuse(core::Verdict verdict) {
    core::Exchange facts;
    const std::string call_id = new_call_id();
    facts.call_id = call_id;
    facts.stage = core::Stage::request;
    facts.now = wall_now();
    facts.principal = &admission_.principal();
    facts.server = route_.name;
    facts.peer = exchange_.peer;
    core::Notes notes;
    gateway_.counters.refused_total.fetch_add(1);
    const core::Refusal refusal = pipeline_->refusal(facts, notes, std::move(verdict));
    co_await answer_refused(refusal);
  }

  Task<> answer_refused(const core::Refusal& refusal) {
    core::Cleared body = pipeline_->refuse(nullptr, refusal);
    wire::ResponseFrame frame = refusal_frame(refusal.verdict);
    // What can't be accepted and has no id of its own is told by the status (Streamable HTTP).
    if (refusal.verdict.answer == Answer::unavailable) frame.status = 503;
    if (frame.status == 200) frame.status = refusal.verdict.answer == Answer::too_large ? 413 : 400;
    co_await exchange_.answer(std::move(body), std::move(frame));
  }

  Task<> post() {
    const auto type = exchange_.head.field("content-type");
    if (!type || wire::media_type(*type) != "application/json" || !is_plain_utf8(*type) ||
        exchange_.head.count("content-encoding") > 0) {
      co_await plain(415);
      co_return;
    }
    const auto accept = exchange_.head.field("accept");
    if (accept && !wire::accepts(*accept, "application/json")) {
      co_await plain(406);
      co_return;
    }
    auto body = co_await exchange_.read_body(gateway_.settings.message_bytes);
    if (!body) {
      if (body.error().code == "net.closed") {
        exchange_.gone = true;
        co_return;
      }
      if (body.error().code == "http.no_room") {
        const bool own = exchange_.room && exchange_.room->of_share();
        core::Verdict verdict = core::deny(
            "overload.memory", "R6.4",
            own ? "As many bytes of your messages are under way as may be for one principal. Wait "
                  "for their answers, then send this one again."
                : "Doorward holds as many messages as it may. Send this one again in a moment.",
            Answer::unavailable);
        verdict.retry_after = std::chrono::seconds(1);
        co_await refuse(std::move(verdict));
        co_return;
      }
      Answer answer = Answer::invalid_request;
      std::string_view reason = "transport.framing", requirement = "R2.7";
      if (body.error().code == "http.body_size") {
        answer = Answer::body_too_large;
        reason = "overload.size";
        requirement = "R6.4";
      }
      core::Verdict verdict = core::deny(
          reason, requirement, "The request was not accepted: " + body.error().what + ".", answer);
      co_await refuse(std::move(verdict));
      co_return;
    }
    if (wire::check_content_digest(exchange_.head, *body) == wire::DigestCheck::differs) {
      core::Verdict verdict =
          core::deny("transport.digest", "R5.7",
                     "The body is not the one that Content-Digest names. Send the request again.",
                     Answer::invalid_request);
      co_await refuse(std::move(verdict));
      co_return;
    }
    const size_t first = body->find_first_not_of(" \t\r\n");
    if (first != std::string::npos && (*body)[first] == '[' && session_ &&
        session_->revision() != nullptr && session_->revision()->batches) {
      co_await batch(std::move(*body));
      co_return;
    }
    const size_t bytes = body->size();
    auto message = wire::Message::parse(std::move(*body), json_limits(gateway_));
    if (!message) {
      const CallFacts facts = facts_of(exchange_, admission_, route_, session_);
      const core::Refusal refusal = refuse_unparsed(gateway_, facts, message.error(), bytes);
      co_await answer_refused(refusal);
      co_return;
    }
    if (session_ && OldestTransport::is_of(*session_)) {
      auto refusal = co_await take_oldest_post(exchange_, route_, session_, std::move(*message));
      if (refusal)
        co_await answer_refused(*refusal);
      else
        co_await plain(202);
      co_return;
    }
    if (!session_ && is_stateless(&exchange_.head, *message)) {
      co_await stateless(std::move(*message));
      co_return;
    }
    if (message->is_request() && message->method() == wire::Method::initialize) {
      co_await initialize(std::move(*message));
      co_return;
    }
    if (!session_) {
      core::Verdict verdict =
          core::deny("identity.session_missing", "R4.4",
                     "Start a session with `initialize`, then send its Mcp-Session-Id.",
                     Answer::invalid_request);
      co_await refuse(std::move(verdict));
      co_return;
    }
    CallFacts facts = facts_of(exchange_, admission_, route_, session_);
    if (message->is_request()) {
      const auto side = std::make_shared<PostSide>(exchange_, session_, false);
      side->start();
      static_cast<void>(
          co_await run_request(gateway_, std::move(facts), std::move(*message), *side));
      side->end();
      co_return;
    }
    auto refusal = co_await run_one_way(gateway_, std::move(facts), std::move(*message));
    if (refusal)
      co_await answer_refused(*refusal);
    else
      co_await plain(202);
  }

  Task<> initialize(wire::Message message) {
    if (session_) {
      core::Verdict verdict =
          core::deny("identity.session_exists", "R4.4",
                     "A session can be initialized once. Start a new one without "
                     "Mcp-Session-Id.",
                     Answer::invalid_request);
      co_await refuse(std::move(verdict));
      co_return;
    }
    auto upstream = co_await gateway_.connect(route_, admission_.principal());
    if (!upstream) {
      gateway_.log("server `" + route_.name + "`: " + upstream.error().what);
      if (is_no_room(upstream.error())) {
        core::Verdict verdict = verdict_of(upstream.error());
        co_await refuse_call(message, std::move(verdict));
      } else {
        co_await unavailable(message);
      }
      co_return;
    }
    session_ = std::make_shared<Session>(random_id(), admission_.principal(), route_.name,
                                         core::Carrier::http, std::move(*upstream),
                                         gateway_.settings.session);
    session_->touch(steady_clock::now());
    auto added = gateway_.sessions.add(session_);
    if (added.evicted) co_await gateway_.retire(added.evicted);
    if (!added.added) {
      co_await session_->upstream().close();
      core::Verdict verdict =
          core::deny("overload.sessions", "R6.8",
                     "Too many sessions are open. End one and try again.", Answer::limited);
      co_await refuse(std::move(verdict));
      co_return;
    }
    CallFacts facts = facts_of(exchange_, admission_, route_, session_);
    const auto side = std::make_shared<PostSide>(exchange_, session_, true);
    static_cast<void>(co_await run_request(gateway_, std::move(facts), std::move(message), *side));
    if (session_->revision() == nullptr) co_await gateway_.retire(session_);
  }

  // A request that carries all it needs. Its upstream is the principal's; nothing is kept after it.
  Task<> stateless(wire::Message message) {
    if (route_.credential) {
      // Only here is the caller's token at hand; what is got for it is kept for the rest of the
      // way.
      const CallFacts asking = facts_of(exchange_, admission_, route_, session_);
      const Caller caller = caller_of(asking);
      auto ready = co_await route_.credential(caller, false);
      // What he lacks is refused to him alone, before anything of the server is touched.
      if (!ready && is_of_caller(ready.error()) && message.is_request()) {
        gateway_.log("server `" + route_.name + "`: its credential: " + ready.error().what);
        core::Verdict verdict = verdict_of(ready.error());
        co_await refuse_call(message, std::move(verdict));
        co_return;
      }
    }
    auto upstream = co_await gateway_.connect(route_, admission_.principal(), true, &message);
    if (!upstream) {
      gateway_.log("server `" + route_.name + "`: " + upstream.error().what);
      if (message.is_request() &&
          (is_of_caller(upstream.error()) || is_no_room(upstream.error()))) {
        // It seemed to count, and the server took it no more; or it is told what to wait for.
        core::Verdict verdict = verdict_of(upstream.error());
        co_await refuse_call(message, std::move(verdict));
      } else if (message.is_request()) {
        co_await unavailable(message);
      } else {
        co_await plain(202);
      }
      co_return;
    }
    session_ =
        std::make_shared<Session>("", admission_.principal(), route_.name, core::Carrier::http,
                                  std::move(*upstream), gateway_.settings.session);
    CallFacts facts = facts_of(exchange_, admission_, route_, session_);
    facts.stateless = true;
    if (!message.is_request()) {
      // Nothing of this era is told by a notification over HTTP; it is judged, logged and dropped.
      core::Verdict verdict =
          core::deny("transport.unsolicited", "R5.6", "Cancel by closing the request's stream.",
                     Answer::invalid_request);
      co_await refuse(std::move(verdict));
      co_return;
    }
    facts.cancellation = std::make_shared<Cancellation>();
    const auto side = std::make_shared<PostSide>(exchange_, session_, facts.cancellation);
    side->start();
    static_cast<void>(co_await run_request(gateway_, std::move(facts), std::move(message), *side));
    side->end();
  }

  // The server could not be started or reached: the client's `initialize` gets its own answer.
  Task<> unavailable(const wire::Message& message) {
    return refuse_call(message, core::deny("overload.unavailable", "R6.6",
                                           "The server could not be started or reached. The "
                                           "person who runs Doorward finds the cause in its log.",
                                           Answer::unavailable));
  }

  // A request that never comes to the server; why it may not start is said first.
  Task<> refuse_call(const wire::Message& message, core::Verdict verdict) {
    core::Exchange facts;
    const std::string call_id = new_call_id();
    facts.call_id = call_id;
    facts.stage = core::Stage::request;
    facts.now = wall_now();
    facts.principal = &admission_.principal();
    facts.server = route_.name;
    facts.message = facts.request = &message;
    core::Notes notes;
    auto launch = gateway_.may_launch(route_, admission_.principal());
    const core::Refusal refusal =
        launch ? pipeline_->refusal(facts, notes, std::move(verdict)) : std::move(launch).error();
    core::Cleared body = pipeline_->refuse(&message, refusal);
    wire::ResponseFrame frame = refusal_frame(refusal.verdict);
    co_await exchange_.answer(std::move(body), std::move(frame));
  }

  Task<> batch(std::string body) {
    const size_t bytes = body.size();
    auto elements = wire::split_batch(std::move(body));
    if (!elements) {
      const CallFacts facts = facts_of(exchange_, admission_, route_, session_);
      const core::Refusal refusal = refuse_unparsed(gateway_, facts, elements.error(), bytes);
      co_await answer_refused(refusal);
      co_return;
    }
    std::vector<core::Cleared> answers;
    for (std::string& element : *elements) {
      CallFacts facts = facts_of(exchange_, admission_, route_, session_);
      const size_t size = element.size();
      auto message = wire::Message::parse(std::move(element), json_limits(gateway_));
      if (!message || message->method() == wire::Method::initialize) {
        const Error error = message ? Error{"rpc.batch", Fault::client, false,
                                            "`initialize` may not be part of a batch"}
                                    : message.error();
        const core::Refusal refusal = refuse_unparsed(gateway_, facts, error, size);
        answers.push_back(pipeline_->refuse(nullptr, refusal));
      } else if (message->is_request()) {
        BatchSide side(*session_, answers);
        static_cast<void>(
            co_await run_request(gateway_, std::move(facts), std::move(*message), side));
      } else {
        auto refusal = co_await run_one_way(gateway_, std::move(facts), std::move(*message));
        if (refusal) answers.push_back(pipeline_->refuse(nullptr, *refusal));
      }
    }
    if (answers.empty()) {
      co_await plain(202);
      co_return;
    }
    wire::ResponseFrame frame;
    frame.content_type = "application/json";
    core::Cleared joined = core::Cleared::batch(answers);
    co_await exchange_.answer(std::move(joined), std::move(frame));
  }

  Task<> get() {
    const auto accept = exchange_.head.field("accept");
    if (accept && !wire::accepts(*accept, "text/event-stream")) {
      co_await plain(406);
      co_return;
    }
    if (!session_ && OldestTransport::allowed() && exchange_.head.count("last-event-id") == 0) {
      co_await serve_oldest_stream(exchange_, admission_, route_);
      co_return;
    }
    if (!session_) {
      co_await plain(400);
      co_return;
    }
    uint64_t seen = 0;
    std::shared_ptr<EventLog> log = session_->standalone();
    if (const auto last = exchange_.head.field("last-event-id")) {
      const auto id = parse_event_id(*last);
      const auto found = id ? session_->find_stream(id->stream) : nullptr;
      if (found) {
        log = found;
        seen = id->number;
      }
    }
    if (log->stream() != 0) {
      co_await follow(exchange_, session_, log, seen, std::nullopt);
      co_return;
    }
    if (!session_->take_standalone()) {
      co_await plain(409);
      co_return;
    }
    auto stop = std::make_shared<std::atomic<bool>>(false);
    asio::co_spawn(co_await asio::this_coro::executor, hear(gateway_, session_, stop),
                   asio::detached);
    co_await follow(exchange_, session_, log, seen, std::nullopt);
    stop->store(true);
    session_->leave_standalone();
  }

  Task<> remove() {
    if (!session_) {
      co_await plain(400);
      co_return;
    }
    co_await gateway_.retire(session_);
    co_await plain(200);
  }

  HttpExchange& exchange_;
  Gateway& gateway_;
  const core::Admission& admission_;
  const ServerRoute& route_;
  std::shared_ptr<Session> session_;
  const std::shared_ptr<const core::Pipeline> pipeline_;
};

}  // namespace

NamedSession named_session(Gateway& gateway, const wire::HttpRequestHead& head) {
  NamedSession named;
  const auto id = head.field("mcp-session-id");
  if (!id) {
    // Repeated fields have no one value: treated as a session that is not there.
    if (head.count("mcp-session-id") > 1) named.id = "?";
    if (named.id.empty()) named.id = OldestTransport::session_in(head);
    if (named.id.empty()) return named;
  } else {
    named.id = *id;
  }
  named.session = gateway.sessions.find(named.id);
  // A session is named the way that its transport has, and no other.
  if (named.session &&
      (named.session->is_internal() || OldestTransport::is_of(*named.session) == id.has_value()))
    named.session.reset();
  return named;
}

Task<> serve_mcp(HttpExchange& exchange, const core::Admission& admission, const ServerRoute& route,
                 NamedSession named) {
  Endpoint endpoint(exchange, admission, route, std::move(named));
  co_await endpoint.run();
}

}  // namespace doorward::net
