#include "net/judging.h"

#include <algorithm>

#include "net/session/stateless.h"

namespace doorward::net {

using core::Exchange;
using core::Stage;
using core::Verdict;

namespace {

// Codes of refusals (INTERFACE) are Doorward's own as well.
bool is_own_code(int64_t code) {
  return code <= -31400 && code >= -31599;
}

}  // namespace

Exchange exchange_of(const CallFacts& facts, Stage stage, std::string_view call_id) {
  Exchange exchange;
  exchange.call_id = call_id;
  exchange.stage = stage;
  exchange.carrier = facts.carrier;
  exchange.now = wall_now();
  exchange.steady = std::chrono::steady_clock::now();
  exchange.principal = facts.principal;
  exchange.server = facts.server;
  exchange.head = facts.head;
  exchange.peer = facts.peer;
  if (facts.session) {
    exchange.session = facts.session->id();
    exchange.session_owner = &facts.session->owner();
  }
  return exchange;
}

Caller caller_of(const CallFacts& facts) {
  Caller caller{facts.principal, {}};
  const auto header = facts.head != nullptr ? facts.head->field("authorization") : std::nullopt;
  if (!header) return caller;
  caller.token = *header;
  caller.token.remove_prefix(std::min(caller.token.find(' '), caller.token.size()));
  while (caller.token.starts_with(' ')) caller.token.remove_prefix(1);
  return caller;
}

wire::Edit replace(const wire::JsonValue& value, std::string text) {
  return {value.begin(), value.end(), std::move(text)};
}

Task<std::expected<core::Cleared, core::Refusal>> clear(Gateway& gateway, const CallFacts& facts,
                                                        const core::Pipeline& pipeline,
                                                        const Exchange& exchange,
                                                        core::Notes& notes, core::Permits& permits,
                                                        std::vector<wire::Edit> splices) {
  for (int rounds = 0; rounds < 8; ++rounds) {
    auto cleared = pipeline.clear(exchange, notes, permits, splices);
    if (cleared || cleared.error().verdict.effect != core::Effect::need) co_return cleared;
    if (!gateway.fetch) break;
    std::string key = cleared.error().verdict.need;
    std::string value = co_await gateway.fetch(key, &facts);
    notes.values[std::move(key)] = std::move(value);
  }
  co_return std::unexpected(pipeline.refusal(
      exchange, notes,
      core::deny("privilege.guard_failed", "R9.1", "Doorward could not judge this request.")));
}

Verdict verdict_of(const Error& error) {
  using core::Answer;
  if (error.code == "upstream.deadline")
    return core::deny("overload.deadline", "R6.1",
                      "The server did not answer within the time that a call may take. "
                      "Whether it took effect is not known unless it only reads; check "
                      "before you repeat it. Ask for less at once, or try again later.",
                      Answer::deadline);
  if (error.code == "upstream.stopped")
    return core::deny("rogue.stopped", "R11.6",
                      "This was stopped by the person who runs Doorward while it was under way. "
                      "Whether it took effect is not known. Don't repeat it; tell the user.");
  if (error.code == "upstream.session_ended")
    return core::deny("identity.session_ended", "R6.1",
                      "The session was ended while this call was under way. Whether it took effect "
                      "is not known unless it only reads; check before you repeat it.",
                      Answer::unavailable);
  if (error.code == "upstream.status" || error.code == "upstream.answer")
    return core::deny(
        "transport.bad_upstream_answer", "R5.6",
        "The server sent an answer that is not valid MCP. Whether the call took effect "
        "is not known unless it only reads: don't repeat it, check first. Tell the "
        "person who runs the server.",
        Answer::bad_upstream);
  if (error.code == "upstream.credential")
    return core::deny(
        "transport.bad_upstream_answer", "R5.6",
        "The server does not take the credential that Doorward has for it, or not for this call "
        "(HTTP 401 or 403). Don't repeat the call; tell the person who runs Doorward, whose log "
        "says what the server asks for.",
        Answer::bad_upstream);
  if (error.code == "credential.caller_login") {
    // Made by app/login: it names the command, and nothing that somebody else chose.
    Verdict verdict = core::deny(
        "identity.no_login", "R11.7",
        "This server takes an account of each user's own, and Doorward has none for you there: " +
            error.what + ". Tell the user so. Don't repeat the call before that.");
    verdict.detail = error.what;
    return verdict;
  }
  if (error.code == "credential.caller") {
    Verdict verdict = core::deny(
        "identity.no_exchange", "R4.5",
        "This server takes a credential that is made for each user out of his sign-in at the "
        "identity provider, and none could be had for you. Sign in again through it; where that "
        "does not help, tell the person who runs Doorward. Don't repeat the call as it is.");
    verdict.detail = error.what;
    return verdict;
  }
  if (error.code == "bridge.state_gone")
    return core::deny("transport.request_state", "R5.6",
                      "The call that waited for this answer has ended. Send the request again "
                      "without its requestState.",
                      Answer::invalid_params);
  if (error.code == "bridge.answers_unseen")
    return core::deny("privilege.answers_unseen", "R1.5",
                      "A person approved this call, and the server asked for more while it did it: "
                      "those answers nobody approved, so they were not sent. Whether the call took "
                      "effect is not known. Don't repeat it; tell the user.");
  if (is_no_room(error)) {
    Verdict verdict = core::deny(
        "overload.processes", "R6.2",
        error.code == "upstream.share"
            ? "You have as many processes of local servers as one user may, and all of them are at "
              "work or were a moment ago. End a session, or wait for your calls to end; then try "
              "again. Nothing was sent to the server."
            : "As many processes of local servers run as may, and all of them are at work. Nothing "
              "was sent to the server. Try again in a moment.",
        Answer::limited);
    verdict.retry_after = std::chrono::seconds(10);
    verdict.detail = error.what;
    return verdict;
  }
  Verdict verdict = core::deny("overload.unavailable", "R6.6",
                               "The server is not available. Whether the call took effect is not "
                               "known unless it only reads; check before you repeat it.",
                               Answer::unavailable);
  verdict.detail = error.what;
  if (error.code != "upstream.unavailable") return verdict;
  verdict.text = "The server is not available; nothing was sent to it. Try again later.";
  return verdict;
}

void disown(const wire::Message& message, std::vector<wire::Edit>& edits) {
  const wire::JsonDocument& document = message.document();
  for (uint32_t index = 0; index < document.nodes().size(); ++index) {
    const wire::JsonNode& node = document.nodes()[index];
    if (!node.is_name) continue;
    const std::string_view name = document.text_of(node);
    if (name.starts_with("io.doorward/"))
      edits.push_back(
          {node.begin, node.end,
           wire::json_quote("upstream:" + std::string(name.substr(name.find('/') + 1)))});
  }
  constexpr std::string_view kInternalError = "-32603";
  if (const wire::JsonValue code = message.error()["code"];
      code && is_own_code(code.integer().value_or(0)))
    edits.push_back(replace(code, std::string(kInternalError)));
}

core::Cleared refuse_question(Gateway& gateway, std::string_view server,
                              const wire::Message& question) {
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  Exchange exchange;
  exchange.call_id = call_id;
  exchange.stage = Stage::server_message;
  exchange.now = wall_now();
  exchange.steady = std::chrono::steady_clock::now();
  exchange.server = server;
  exchange.message = &question;
  exchange.message_bytes = question.bytes().size();
  core::Notes notes;
  gateway.counters.dropped_server_messages_total.fetch_add(1);
  const core::Refusal refusal = pipeline->refusal(
      exchange, notes,
      core::deny(
          "transport.ambiguous_question", "R5.6",
          "Nothing says which client this asks: this process serves several, and calls of more "
          "than one are under way, one was given up a moment ago, or none is. Ask while "
          "answering a call, and again while it is the only one."));
  return pipeline->refuse(&question, refusal);
}

ClientCapabilities declared(const wire::Message& initialize) {
  return capabilities_of(initialize.params()["capabilities"],
                         initialize.params()["protocolVersion"].text());
}

Task<std::optional<core::Cleared>> ServerMessage::judge(const wire::Message& message,
                                                        std::vector<wire::Edit> splices,
                                                        bool matches_open) {
  Exchange exchange = exchange_of(facts, Stage::server_message, call_id);
  exchange.message = &message;
  exchange.message_bytes = message.bytes().size();
  exchange.request = request;
  exchange.reply_expected = matches_open && (message.is_request() || facts.stateless ||
                                             facts.session->concerns().admit(message));
  disown(message, splices);
  uint64_t asked = 0;
  if (message.is_request()) {
    const auto allowed = std::find(facts.route->server_requests.begin(),
                                   facts.route->server_requests.end(), message.method());
    const bool granted =
        allowed != facts.route->server_requests.end() || message.method() == wire::Method::ping;
    // A stateless server asks inside its results, never by requests of its own.
    exchange.capability_declared =
        granted && !facts.stateless &&
        is_declared(facts.session->capabilities(), message.method(), message.params());
    const wire::JsonValue token = message.progress_token();
    const auto id = facts.session->ask({.upstream_id = std::string(message.id().raw()),
                                        .method = message.method(),
                                        .progress_token = std::string(token ? token.raw() : "")});
    if (!id) co_return std::nullopt;
    asked = *id;
    splices.push_back(replace(message.id(), std::to_string(asked)));
  }
  core::Notes notes;
  core::Permits permits;
  auto cleared =
      co_await clear(gateway, facts, pipeline, exchange, notes, permits, std::move(splices));
  if (cleared) facts.session->note(message.method());
  if (cleared && message.is_request()) facts.session->concerns().asked(message);
  if (cleared) co_return std::move(*cleared);
  gateway.counters.dropped_server_messages_total.fetch_add(1);
  if (message.is_request()) {
    static_cast<void>(facts.session->answer(std::to_string(asked)));
    // The server learns that its client won't answer: it need not wait for its own time-out.
    Sending sending;
    sending.deadline = std::chrono::steady_clock::now() + gateway.settings.write_timeout;
    sending.caller = caller_of(facts);
    core::Cleared refused = pipeline.refuse(&message, cleared.error());
    auto sent = co_await facts.session->upstream().send(std::move(refused), sending);
    static_cast<void>(sent);
  }
  co_return std::nullopt;
}

void ServerMessage::unparsed(const Error& error) {
  Exchange exchange = exchange_of(facts, Stage::server_message, call_id);
  exchange.parse_error = &error;
  core::Notes notes;
  core::Permits permits;
  // Nothing that did not parse is cleared; this writes it down.
  [[maybe_unused]] const auto refused = pipeline.clear(exchange, notes, permits);
  gateway.counters.dropped_server_messages_total.fetch_add(1);
}

}  // namespace doorward::net
