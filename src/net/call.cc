#include "net/call.h"

#include "base/bytes.h"
#include "net/again.h"
#include "net/approval_link.h"
#include "net/bridge/held_sessions.h"
#include "net/bridge/param_lists.h"
#include "net/judging.h"
#include "net/merged/routing.h"
#include "net/own_request.h"
#include "net/session/members.h"
#include "net/session/stateless.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using core::Ending;
using core::Exchange;
using core::Stage;
using core::Verdict;

namespace {

bool is_about_tasks(wire::Method method) {
  return method >= wire::Method::tasks_get && method <= wire::Method::tasks_update;
}

class Call : public Receiver {
 public:
  Call(Gateway& gateway, CallFacts facts, wire::Message request, ClientSide& side)
      : gateway_(gateway),
        pipeline_(gateway.pipeline.take()),
        facts_(std::move(facts)),
        request_(std::move(request)),
        side_(side),
        call_id_(new_call_id()),
        began_(std::chrono::steady_clock::now()) {
    gateway_.calls_in_flight.fetch_add(1);
    gateway_.counters.requests_total.fetch_add(1);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() override {
    if (opened_) facts_.session->close_request(id_key(request_.id()));
    gateway_.calls_in_flight.fetch_sub(1);
  }

  Task<bool> run() {
    const auto state = unwrapped_state();
    const Upstream& upstream = facts_.session->upstream();
    const auto resumed = state ? upstream.resumed(*state) : std::nullopt;
    upstream_id_ = resumed ? *resumed : facts_.session->upstream().next_id();
    Exchange exchange = exchange_of(facts_, Stage::request, call_id_);
    exchange.message = exchange.request = &request_;
    exchange.message_bytes = request_.bytes().size();
    exchange.protocol =
        facts_.stateless ? stateless_facts(facts_.head, request_)
                         : protocol_facts(facts_.head, &request_, gateway_.settings.revision_floor);
    // Not every stateless request has a name to mirror.
    if (!facts_.named_as.empty() && (!facts_.stateless || !exchange.protocol.mirrored_name.empty()))
      exchange.protocol.mirrored_name = facts_.named_as;
    if (upstream.translates() && is_about_tasks(request_.method()))
      exchange.protocol.method_removed = true;  // the server's era has no counterpart
    exchange.state_is_ours = !request_.params()["requestState"] || !facts_.stateless || state;
    const auto opened = facts_.session->open_request(id_key(request_.id()), upstream_id_);
    opened_ = opened == Session::Opened::yes;
    exchange.id_reused = opened == Session::Opened::reused;
    if (opened == Session::Opened::too_many) {
      Verdict verdict =
          core::deny("overload.in_flight", "R6.2",
                     "Too many requests of this session are under way. Wait for their answers.",
                     core::Answer::limited);
      co_await refuse_by(exchange, std::move(verdict));
      co_return false;
    }
    auto cleared = co_await clear_request(exchange, state);
    if (!cleared) {
      core::Refusal refusal = std::move(cleared).error();
      co_await refuse(std::move(refusal));
      co_return false;
    }
    // A client may have cancelled it while it was judged or waited for its turn.
    if (!facts_.session->begin_sending(id_key(request_.id()))) {
      Verdict verdict = core::deny("overload.cancelled", "R6.1",
                                   "You cancelled this before it was sent to the server. Nothing "
                                   "was done.",
                                   core::Answer::unavailable);
      co_await refuse_by(exchange, std::move(verdict));
      co_return false;
    }
    facts_.session->concerns().requested(request_);
    if (request_.method() == wire::Method::initialize) facts_.session->declare(declared(request_));
    cancellation_ = facts_.cancellation ? facts_.cancellation : std::make_shared<Cancellation>();
    const auto home = co_await asio::this_coro::executor;
    const InFlight::Place place(gateway_.in_flight, gateway_.in_flight.add({
                                                        std::string(facts_.server),
                                                        std::string(request_.target()),
                                                        facts_.principal->user,
                                                        facts_.session->id(),
                                                        id_key(request_.id()),
                                                        home,
                                                        cancellation_,
                                                    }));
    if (facts_.session->closed()) {
      Verdict verdict =
          core::deny("identity.session_ended", "R6.1",
                     "The session was ended before this call was sent; the server has not seen it.",
                     core::Answer::unavailable);
      co_await refuse_by(exchange, std::move(verdict));
      co_return false;
    }
    deadline_ = notes_.deadline.value_or(began_ + std::chrono::minutes(10));
    auto error = co_await send(std::move(*cleared), state);
    while (error && may_go_again(*error)) {
      const bool again = co_await prepare_again(*error, exchange);
      if (!again) break;
      auto repeated = co_await clear_request(exchange, state);
      if (!repeated) {  // not to be repeated, or too much is: it ends as it was
        permits_.settle({.ending = Ending::refused, .result_hash = {}, .reason = {}});
        break;
      }
      const Error before = std::move(*error);
      error = co_await send(std::move(*repeated), state);
      // What was sent once was sent, though the second time nothing was.
      if (error && is_effect_unknown(before) && !is_effect_unknown(*error)) error = before;
    }
    if (answered_) co_return true;
    if (cancellation_->cancelled && cancellation_->by == Cancellation::By::person) {
      error->code = "upstream.stopped";
      co_await cancel_upstream("the person who runs the gateway stopped it");
    }
    if (cancellation_->cancelled && cancellation_->by == Cancellation::By::session) {
      error->code = "upstream.session_ended";
      co_await cancel_upstream("the client's session has ended");
    }
    co_await fail(std::move(*error));
    co_return true;
  }

  Task<> streaming() override {
    heard_ = true;
    return side_.streaming();
  }
  void status(int status) override { upstream_status_ = status; }
  void busy(std::optional<std::chrono::seconds> retry_after) override {
    upstream_retry_ = retry_after;
  }
  Task<> refused(core::Refusal refusal) override { return refuse(std::move(refusal)); }
  Task<> polling(std::optional<uint32_t> retry_ms) override { return side_.polling(retry_ms); }

  Task<bool> receive(Expected<wire::Message> message) override {
    heard_ = true;
    ServerMessage server{gateway_, *pipeline_, facts_, &request_, call_id_};
    if (!message) {
      server.unparsed(message.error());
      co_return false;
    }
    if (message->is_reply()) co_return co_await reply(std::move(*message));
    std::vector<wire::Edit> edits;
    bool matches = true;
    const wire::JsonValue subscription = subscription_id(*message);
    if (subscription && facts_.stateless) {
      matches = is_ours(subscription);
      if (matches) edits.push_back(replace(subscription, std::string(request_.id().raw())));
    } else if (subscription) {
      matches = false;  // a session has none
    } else if (request_.method() == wire::Method::subscriptions_listen) {
      matches = false;  // everything on such a stream says which one it belongs to
    } else if (message->method() == wire::Method::n_progress) {
      const wire::JsonValue ours = message->params()["progressToken"];
      matches = request_.progress_token() && ours && ours.raw() == std::to_string(upstream_id_);
      if (matches) edits.push_back(replace(ours, std::string(request_.progress_token().raw())));
    } else if (message->method() == wire::Method::n_cancelled) {
      const wire::JsonValue theirs = message->params()["requestId"];
      const auto ours = theirs ? facts_.session->asked_as(theirs.raw()) : std::nullopt;
      matches = ours.has_value();
      if (matches) edits.push_back(replace(theirs, std::to_string(*ours)));
    } else if (facts_.stateless && message->is_notification()) {
      // Of its own stream a stateless request is told its progress and the log that it asked for.
      matches = message->method() == wire::Method::n_message && wants_log(request_, *message);
    }
    auto cleared = co_await server.judge(*message, std::move(edits), matches);
    if (cleared) co_await side_.send(std::move(*cleared));
    co_return false;
  }

 private:
  Task<std::expected<core::Cleared, core::Refusal>> clear_request(
      const Exchange& exchange, const std::optional<std::string>& state) {
    std::vector<wire::Edit> edits = splices();
    const Upstream& upstream = facts_.session->upstream();
    upstream.translate(request_, edits);
    if (facts_.stateless && !upstream.translates()) cut_approval_input(request_, edits);
    if (!upstream.translates())
      remove_members(
          request_.params()["_meta"],
          [](std::string_view name) { return name.starts_with("io.doorward/"); }, edits);
    if (state && facts_.stateless && !upstream.translates())
      edits.push_back(replace(request_.params()["requestState"], wire::json_quote(*state)));
    auto cleared =
        co_await clear(gateway_, facts_, *pipeline_, exchange, notes_, permits_, std::move(edits));
    co_return cleared;
  }

  // Nothing where the call was answered.
  Task<std::optional<Error>> send(core::Cleared cleared, const std::optional<std::string>& state) {
    Sending sending;
    sending.id = upstream_id_;
    sending.method = request_.method();
    sending.target = request_.target();
    sending.deadline = deadline_;
    sending.stateless = facts_.stateless;
    if (facts_.stateless)
      sending.headers = mirrored_headers(facts_.head, request_, !facts_.named_as.empty());
    sending.cancellation = cancellation_;
    sending.request = &request_;
    if (state) sending.state = *state;
    sending.ends_process =
        facts_.route->kill_overdue && request_.method() == wire::Method::tools_call;
    sending.caller = caller_of(facts_);
    if (cancellation_->cancelled)
      co_return Error{"upstream.cancelled", Fault::client, false, "the client cancelled"};
    sent_ = true;
    auto ended = co_await facts_.session->upstream().request(std::move(cleared), sending, *this);
    if (answered_) co_return std::nullopt;
    Error error{"upstream.lost", Fault::server, true, "no answer"};
    if (!ended) error = std::move(ended).error();
    co_return error;
  }

  // What a guard allows and the way of the call does not rule out: nothing of an answer came, and
  // the server is still the one that was asked.
  bool may_go_again(const Error& error) const {
    Upstream& upstream = facts_.session->upstream();
    return notes_.may_repeat && !heard_ && is_lost(error) && !cancellation_->cancelled &&
           !upstream.translates() && !upstream.is_gone() && !gateway_.draining.load();
  }

  // Ends what was lost, waits, and makes a new request of it. False when there is no more time.
  Task<bool> prepare_again(const Error& error, Exchange& exchange) {
    // A server that says when it is there again is asked then, and not where that is far.
    constexpr std::chrono::seconds kFar(5);
    const bool unready = error.code == "upstream.unready";
    if (unready && (!upstream_retry_ || *upstream_retry_ > kFar)) co_return false;
    const auto pause =
        retry_pause(exchange.attempt) + (unready ? *upstream_retry_ : std::chrono::seconds(0));
    if (std::chrono::steady_clock::now() + pause >= deadline_) co_return false;
    permits_.settle({.ending = Ending::upstream_gone,
                     .result_hash = {},
                     .latency = latency(),
                     .reason = "overload.unavailable",
                     .effect_unknown = is_effect_unknown(error)});
    asio::steady_timer timer(co_await asio::this_coro::executor, pause);
    co_await timer.async_wait(kTuple);
    if (cancellation_->cancelled || gateway_.draining.load()) co_return false;
    notes_ = core::Notes();
    upstream_id_ = facts_.session->upstream().next_id();
    facts_.session->renumber_request(id_key(request_.id()), upstream_id_);
    exchange.attempt += 1;
    exchange.now = wall_now();
    exchange.steady = std::chrono::steady_clock::now();
    co_return true;
  }

  std::vector<wire::Edit> splices() const {
    std::vector<wire::Edit> edits;
    edits.push_back(replace(request_.id(), std::to_string(upstream_id_)));
    if (const auto token = request_.progress_token())
      edits.push_back(replace(token, std::to_string(upstream_id_)));
    if (request_.method() == wire::Method::initialize) {
      const wire::JsonValue wanted = request_.params()["protocolVersion"];
      const Revision& chosen =
          negotiate(wanted.text(), facts_.session->carrier(), gateway_.settings.revision_floor);
      if (wanted && wanted.text() != chosen.name)
        edits.push_back(replace(wanted, wire::json_quote(chosen.name)));
    }
    return edits;
  }

  // Our id of this request, as a number or as its text.
  bool is_ours(const wire::JsonValue& id) const {
    const std::string number = std::to_string(upstream_id_);
    return id.is_string() ? id.text() == number : id.raw() == number;
  }

  StateBinding binding(std::string& arguments) const {
    arguments = request_.arguments() ? wire::canonical_json(request_.arguments()) : "";
    return {facts_.session->owner_key(), facts_.server, request_.method_name(), request_.target(),
            arguments};
  }

  std::optional<std::string> unwrapped_state() const {
    const wire::JsonValue held = request_.params()["requestState"];
    if (!facts_.stateless || !held.is_string()) return std::nullopt;
    std::string arguments;
    const StateBinding bound = binding(arguments);
    return gateway_.request_states.unwrap(held.text(), bound, wall_now());
  }

  // What a stateless server's result needs on its way: its state wrapped, its ids ours no more.
  void stateless_edits(const wire::Message& message, std::vector<wire::Edit>& edits) const {
    if (!facts_.stateless) return;
    if (const wire::JsonValue state = message.result()["requestState"]; state.is_string()) {
      std::string arguments;
      const StateBinding bound = binding(arguments);
      const std::string wrapped =
          gateway_.request_states.wrap(state.text(), bound, wall_now() + std::chrono::minutes(15));
      edits.push_back(replace(state, wire::json_quote(wrapped)));
    }
    if (const wire::JsonValue id = subscription_id(message); id && is_ours(id))
      edits.push_back(replace(id, std::string(request_.id().raw())));
  }

  // The HTTP status of an answer: a stateless error keeps the one that its code has.
  int status_of(const wire::Message& message) const {
    if (!facts_.stateless || message.kind() != wire::MessageKind::error) return 200;
    const bool passes = upstream_status_ == 400 || upstream_status_ == 404;
    const auto code = message.error()["code"].integer().value_or(0);
    if (code == -32601) return 404;
    if (code <= -32020 && code >= -32022) return 400;
    return passes ? upstream_status_ : 200;
  }

  Task<bool> reply(wire::Message message) {
    if (facts_.stateless && request_.method() == wire::Method::tools_list) {
      if (auto text = without_invalid_tools(message)) {
        auto kept = wire::Message::parse(std::move(*text));
        if (kept) message = std::move(*kept);
      }
    }
    Exchange exchange = exchange_of(facts_, Stage::response, call_id_);
    exchange.message = &message;
    exchange.request = &request_;
    exchange.message_bytes = message.bytes().size();
    exchange.reply_expected = message.id() && message.id().raw() == std::to_string(upstream_id_);
    std::vector<wire::Edit> edits;
    if (message.id()) edits.push_back(replace(message.id(), std::string(request_.id().raw())));
    stateless_edits(message, edits);
    disown(message, edits);
    // The older way to ask for input, as an error: only of a client that declared it takes that.
    constexpr int64_t kUrlElicitationRequired = -32042;
    if (message.error()["code"].integer() == kUrlElicitationRequired)
      exchange.capability_declared = !facts_.stateless && facts_.session->capabilities().links;
    exchange.result_type_known = has_known_result_type(message, request_);
    if (is_input_required(message))
      exchange.capability_declared =
          facts_.stateless && asks_only_declared(message, stateless_capabilities(request_),
                                                 facts_.route->server_requests);
    const int status = status_of(message);
    if (exchange.reply_expected && !negotiated(message, edits)) {
      Verdict verdict =
          core::deny("transport.revision", "R5.5",
                     "The server speaks no protocol revision that this gateway accepts.",
                     core::Answer::bad_upstream);
      co_await refuse_by(exchange, std::move(verdict));
      co_return true;
    }
    const size_t bytes = message.bytes().size();
    const bool is_error = message.kind() == wire::MessageKind::error;
    const bool tool_error = message.result()["isError"].boolean().value_or(false);
    auto cleared =
        co_await clear(gateway_, facts_, *pipeline_, exchange, notes_, permits_, std::move(edits));
    if (!cleared) {
      // What answers nothing is dropped; a refused answer ends the call.
      if (!exchange.reply_expected) {
        gateway_.counters.dropped_server_messages_total.fetch_add(1);
        co_return false;
      }
      // What was refused is never asked: nobody will come back with an answer.
      if (is_input_required(message) && facts_.session->upstream().translates())
        co_await cancel_upstream("its question was refused");
      core::Refusal refusal = std::move(cleared).error();
      co_await refuse(std::move(refusal));
      co_return true;
    }
    facts_.session->concerns().answered(request_, message);
    answered_ = true;
    core::Outcome outcome{.ending = is_error ? Ending::error_answer : Ending::answered,
                          .tool_error = tool_error,
                          .result_bytes = bytes,
                          .result_hash = hex(sha256(cleared->body())),
                          .sent = cleared->body(),
                          .latency = latency(),
                          .reason = {}};
    for (const auto& observed : notes_.observed) outcome.observed.push_back(observed.reason);
    permits_.settle(outcome);
    co_await side_.answer(std::move(*cleared), status, "");
    co_return true;
  }

  // For the answer to `initialize`: remembers the revisions. A server that knows only a newer one
  // than the client asked for is spoken to in its own, and the client in the one that it knows.
  // False when the server's can't be accepted.
  bool negotiated(const wire::Message& message, std::vector<wire::Edit>& edits) {
    if (request_.method() != wire::Method::initialize || !message.result()) return true;
    const wire::JsonValue answered = message.result()["protocolVersion"];
    const Revision* const servers =
        accept_answer(answered.text(), gateway_.settings.revision_floor);
    if (servers == nullptr) return false;
    const Revision& clients =
        negotiate(request_.params()["protocolVersion"].text(), facts_.session->carrier(),
                  gateway_.settings.revision_floor);
    const bool newer = is_newer(*servers, clients);
    if (newer) edits.push_back(replace(answered, wire::json_quote(clients.name)));
    facts_.session->establish(newer ? clients : *servers);
    facts_.session->upstream().set_revision(servers->name);
    // Whose tasks a list would show nobody knows, so that it is refused; it is not announced
    // either.
    remove_members(
        message.result()["capabilities"]["tasks"],
        [](std::string_view name) { return name == "list"; }, edits);
    return true;
  }

  std::chrono::microseconds latency() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 began_);
  }

  // What no guard refused, but the call itself; written down as theirs is.
  Task<> refuse_by(const Exchange& exchange, Verdict verdict) {
    core::Refusal refusal = pipeline_->refusal(exchange, notes_, std::move(verdict));
    co_await refuse(std::move(refusal));
  }

  Task<> refuse(core::Refusal refusal) {
    answered_ = true;
    gateway_.counters.refused_total.fetch_add(1);
    permits_.settle({.ending = Ending::refused,
                     .result_hash = {},
                     .latency = latency(),
                     .reason = refusal.verdict.reason});
    if (needs_no_answer()) co_return;
    co_await ask_to_open(gateway_, *pipeline_, facts_, refusal.verdict, side_);
    refusal.asks_to_open = may_ask_in_result(facts_, request_, refusal.verdict);
    core::Cleared answer = pipeline_->refuse(&request_, refusal);
    int status = core::http_status(refusal.verdict.answer);
    if (facts_.stateless && refusal.verdict.answer == core::Answer::unknown_method) status = 404;
    if (facts_.stateless && refusal.verdict.answer == core::Answer::invalid_params) status = 400;
    co_await side_.answer(std::move(answer), status, refusal.verdict.challenge);
  }

  // A cancelled request gets no answer ("Cancellation"). Over HTTP its stream still needs an end.
  bool needs_no_answer() const {
    if (facts_.carrier != core::Carrier::stdio || !opened_) return false;
    return (facts_.cancellation && facts_.cancellation->cancelled) ||
           facts_.session->is_cancelled(id_key(request_.id()));
  }

  // The upstream gave no answer. Where it had been sent nobody knows what it did; that is said to
  // the client and written down, and it is not sent again.
  Task<> fail(Error error) {
    gateway_.log("call " + call_id_ + ": server `" + std::string(facts_.server) +
                 "`: " + error.code + ": " + error.what);
    Exchange exchange = exchange_of(facts_, Stage::response, call_id_);
    exchange.request = &request_;
    const bool late = error.code == "upstream.deadline";
    const bool cancelled = error.code == "upstream.cancelled";
    const bool noticed = cancelled && cancellation_->by == Cancellation::By::notice;
    if (late || (cancelled && sent_ && !noticed)) co_await cancel_upstream();
    if (cancelled) {
      answered_ = true;
      permits_.settle({.ending = Ending::cancelled,
                       .result_hash = {},
                       .latency = latency(),
                       .reason = {},
                       .effect_unknown = sent_});
      if (!noticed || facts_.carrier != core::Carrier::http) co_return;
      // It needs no answer, but its stream an end.
      core::Refusal over;
      over.verdict = core::deny("overload.cancelled", "R6.1", "The request was cancelled.",
                                core::Answer::unavailable);
      core::Cleared answer = pipeline_->refuse(&request_, over);
      co_await side_.answer(std::move(answer), 200, "");
      co_return;
    }
    if (facts_.stateless && is_bad_status(error)) gateway_.held->forget(facts_.server);
    if (error.code == "upstream.session_gone") facts_.session->end();
    Verdict verdict = verdict_of(error);
    if (error.code == "upstream.unready" && upstream_retry_ && upstream_retry_->count() > 0)
      verdict.retry_after = std::min(*upstream_retry_, std::chrono::seconds(3600));
    core::Refusal refusal = pipeline_->refusal(exchange, notes_, std::move(verdict));
    answered_ = true;
    // What one caller lacks, or that he left, says nothing of the server (R2.4).
    const bool left = error.code == "upstream.session_ended";
    const bool own_fault = !left && (is_of_caller(error) || error.fault == Fault::client);
    permits_.settle({.ending = own_fault ? Ending::refused
                               : left    ? Ending::cancelled
                               : late    ? Ending::deadline
                                         : Ending::upstream_gone,
                     .result_hash = {},
                     .latency = latency(),
                     .reason = refusal.verdict.reason,
                     .effect_unknown = is_effect_unknown(error)});
    core::Cleared answer = pipeline_->refuse(&request_, refusal);
    co_await side_.answer(std::move(answer), 200, "");
  }

  Task<> cancel_upstream(std::string_view why = "the call took longer than it may") {
    if (request_.method() == wire::Method::initialize) co_return;
    // Over HTTP a stateless request is cancelled by closing its stream, which has happened.
    if (facts_.stateless && facts_.route->url && !facts_.session->upstream().translates())
      co_return;
    auto message = wire::Message::parse(wire::make_notification(
        wire::Method::n_cancelled, R"({"requestId":)" + std::to_string(upstream_id_) +
                                       R"(,"reason":)" + wire::json_quote(why) + "}"));
    if (!message) co_return;
    Exchange exchange = exchange_of(facts_, Stage::request, call_id_);
    exchange.message = exchange.request = &*message;
    exchange.head = nullptr;  // Doorward's own message: the client's headers say nothing of it
    core::Notes notes;
    core::Permits permits;
    auto cleared = pipeline_->clear(exchange, notes, permits);
    if (!cleared) co_return;
    Sending sending;
    sending.method = wire::Method::n_cancelled;
    sending.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    auto sent = co_await facts_.session->upstream().send(std::move(*cleared), sending);
    static_cast<void>(sent);
  }

  Gateway& gateway_;
  const std::shared_ptr<const core::Pipeline> pipeline_;
  const CallFacts facts_;
  const wire::Message request_;
  ClientSide& side_;
  const std::string call_id_;
  const SteadyTime began_;
  core::Notes notes_;
  core::Permits permits_;
  std::shared_ptr<Cancellation> cancellation_;
  SteadyTime deadline_{};
  uint64_t upstream_id_ = 0;
  int upstream_status_ = 200;
  std::optional<std::chrono::seconds> upstream_retry_ = std::chrono::seconds(0);
  bool heard_ = false;  // something of the answer came
  bool sent_ = false;   // the server may have it
  bool opened_ = false;
  bool answered_ = false;
};

}  // namespace

Task<bool> run_request(Gateway& gateway, CallFacts facts, wire::Message request, ClientSide& side) {
  bool sent = false;
  if (facts.route->merged)
    sent = co_await run_merged_request(gateway, std::move(facts), std::move(request), side);
  else
    sent = co_await run_call(gateway, std::move(facts), std::move(request), side);
  co_return sent;
}

Task<bool> run_call(Gateway& gateway, CallFacts facts, wire::Message request, ClientSide& side) {
  Call call(gateway, std::move(facts), std::move(request), side);
  const bool sent = co_await call.run();
  co_return sent;
}

}  // namespace doorward::net
