// What a guard says of a message.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"

namespace doorward::core {

// In rising order; the strictest verdict wins. `need`: judging goes on when a value is there.
enum class Effect : uint8_t { pass, rewrite, hold, deny, need };

// The shape of a refusal on the wire (INTERFACE, "What a client sees when it is refused").
enum class Answer : uint8_t {
  denied,        // -31403, or isError on a tools/call
  held,          // -31409
  too_large,     // -31413
  limited,       // -31429
  bad_upstream,  // -31502
  unavailable,   // -31503
  deadline,      // -31504
  // Below: faults whose code and status a specification states. HTTP status in brackets.
  unauthenticated,  // [401]
  scope,            // [403] insufficient_scope
  origin,           // [403]
  not_found,        // [404]
  parse_error,      // -32700 [400]
  invalid_request,  // -32600 [400]
  unknown_method,   // -32601
  invalid_params,   // -32602
  header_mismatch,  // -32020 [400]
  revision,         // -32022 [400]
  body_too_large,   // [413]
};

struct ApprovalFacts {
  std::string id;
  std::string url;
  std::string expires;  // RFC 3339
};

struct Verdict {
  Effect effect = Effect::pass;
  std::string_view reason;       // stable `area.cause`, a literal
  std::string_view requirement;  // "R6.2", a literal
  Answer answer = Answer::denied;
  std::string text;    // for a model or a person: what to do next; no internals
  std::string detail;  // for the log only
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
  std::optional<ApprovalFacts> approval = std::nullopt;
  std::vector<wire::Edit> edits = {};  // of `rewrite`
  std::string challenge = {};          // WWW-Authenticate of unauthenticated and scope
  std::string need = {};               // key of `need`
  std::chrono::milliseconds pause{0};  // before a stranger is answered
  std::string members = {};            // more members of error.data that a specification asks for

  [[nodiscard]] bool refuses() const { return effect == Effect::hold || effect == Effect::deny; }
};

[[nodiscard]] inline Verdict pass() {
  return {};
}
[[nodiscard]] inline Verdict deny(std::string_view reason, std::string_view requirement,
                                  std::string text, Answer answer = Answer::denied) {
  Verdict verdict;
  verdict.effect = Effect::deny;
  verdict.reason = reason;
  verdict.requirement = requirement;
  verdict.answer = answer;
  verdict.text = std::move(text);
  return verdict;
}
[[nodiscard]] inline Verdict need(std::string key) {
  Verdict verdict;
  verdict.effect = Effect::need;
  verdict.need = std::move(key);
  return verdict;
}

[[nodiscard]] std::string_view effect_text(Effect effect);
[[nodiscard]] int rpc_code(Answer answer);
// The status for a refused MCP request; 200 for every refusal that travels as JSON-RPC.
[[nodiscard]] int http_status(Answer answer);

}  // namespace doorward::core
