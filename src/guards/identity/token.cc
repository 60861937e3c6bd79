#include "guards/identity/token.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;

const core::GuardFacts& Token::facts() const {
  static constexpr core::GuardFacts kFacts{"identity.token", core::Area::identity,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

namespace {

Verdict unauthenticated(std::string_view reason, std::string text, std::string_view error) {
  Verdict verdict = core::deny(reason, "R4.1", std::move(text), Answer::unauthenticated);
  verdict.challenge = R"(Bearer realm="doorward")";
  if (!error.empty()) verdict.challenge.append(R"(, error=")").append(error).append("\"");
  return verdict;
}

// RFC 6750 section 2.3 allows it; MCP forbids it: addresses end up in logs.
bool names_a_token(std::string_view query) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    // A name with a bad escape is nobody's parameter, and may be anything: it counts as one.
    const auto name = wire::percent_decode(pair.substr(0, pair.find('=')));
    if (!name || wire::equals_ignoring_case(*name, "access_token") ||
        wire::equals_ignoring_case(*name, "token"))
      return true;
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return false;
}

}  // namespace

Verdict Token::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.open_route) {
    notes.principal = core::Principal{};  // nobody: the route says nothing that is not public
    return core::pass();
  }
  const auto* head = exchange.head;
  if (head == nullptr || head->count("authorization") == 0)
    return unauthenticated(
        "identity.no_credential",
        "Send `Authorization: Bearer TOKEN`. The first start of Doorward says where the "
        "token is kept.",
        "");
  if (names_a_token(head->query))
    return unauthenticated("identity.token_in_query",
                           "Send the token in the Authorization header, never in the address.",
                           "invalid_request");
  const auto value = head->field("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (!value || value->size() <= kScheme.size() ||
      !wire::equals_ignoring_case(value->substr(0, kScheme.size()), kScheme))
    return unauthenticated("identity.bad_credential", "Send one `Authorization: Bearer TOKEN`.",
                           "invalid_request");
  std::string_view token = value->substr(kScheme.size());
  while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
  const identity::Tokens& known =
      exchange.listener == core::Listener::operators ? *operators_ : *clients_;
  auto principal = known.find(token);
  if (!principal)
    return unauthenticated("identity.bad_credential", "This token is not valid here.",
                           "invalid_token");
  notes.principal = std::move(*principal);
  return core::pass();
}

}  // namespace doorward::guards
