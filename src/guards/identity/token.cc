#include "guards/identity/token.h"

#include <algorithm>

#include "guards/identity/challenge.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;

const core::GuardFacts& Token::facts() const {
  static constexpr core::GuardFacts kFacts{"identity.token", core::Area::identity,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

namespace {

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

constexpr std::string_view kEnded = "identity.ended";

// What a client learns of a token that is not taken: enough to get a better one.
struct Told {
  std::string_view reason, text;
};
Told told_of(std::string_view code) {
  if (code == "claims.expired")
    return {"identity.expired", "This token has expired. Get a new one and try again."};
  if (code == "claims.audience")
    return {
        "identity.audience",
        "This token is for another audience. Get one for the resource that the metadata names."};
  return {"identity.bad_credential", "This token is not valid here."};
}

}  // namespace

Verdict Token::refuse(const core::Exchange& exchange, std::string_view reason, std::string text,
                      std::string_view error) const {
  Verdict verdict = core::deny(reason, "R4.1", std::move(text), Answer::unauthenticated);
  const bool client = exchange.listener == core::Listener::client;
  const bool oauth = client && door_.clients.foreign && !door_.clients.foreign->empty();
  verdict.challenge = R"(Bearer realm="doorward")";
  if (oauth) {
    const auto host = exchange.head != nullptr ? exchange.head->field("host") : std::nullopt;
    append_parameter(verdict.challenge, "resource_metadata",
                     door_.place.metadata_url(host.value_or("localhost"), exchange.secure));
    append_parameter(verdict.challenge, "scope", door_.scopes);
  }
  append_parameter(verdict.challenge, "error", error);
  if (oauth && door_.dpop) verdict.challenge.append(", ").append(kDpopChallenge);
  if (door_.failures && reason != "identity.no_credential")
    verdict.pause = door_.failures->pause(exchange.peer, exchange.steady);
  return verdict;
}

namespace {

// Where a token comes from, on this side of this gateway.
std::string how_to_get_one(const core::Exchange& exchange, const TokenDoor::Side& side) {
  std::string text = "Send `Authorization: Bearer TOKEN`. ";
  const bool kept =
      exchange.listener == core::Listener::operators || !side.own->fingerprint("local").empty();
  if (kept) return text + "The first start of Doorward says where the token is kept.";
  if (side.foreign && !side.foreign->empty())
    return text + "Get one from an issuer that the metadata names.";
  return text + "Ask the person who runs Doorward for one.";
}

}  // namespace

Verdict Token::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.open_route) {
    notes.principal = core::Principal{};  // nobody: the route says nothing that is not public
    return core::pass();
  }
  const auto* head = exchange.head;
  if (head != nullptr && names_a_token(head->query))
    return refuse(exchange, "identity.token_in_query",
                  "Send the token in the Authorization header, never in the address.",
                  "invalid_request");
  if (head == nullptr || head->count("authorization") == 0) {
    if (head != nullptr && exchange.certificate != nullptr && door_.certificates &&
        exchange.listener == core::Listener::client)
      return judge_certificate(exchange, notes);
    return refuse(exchange, "identity.no_credential", how_to_get_one(exchange, door_.clients), "");
  }
  const auto presented = presented_token(*head);
  if (!presented)
    return refuse(exchange, "identity.bad_credential", "Send one `Authorization: Bearer TOKEN`.",
                  "invalid_request");
  const bool operators = exchange.listener == core::Listener::operators;
  const TokenDoor::Side& side = operators ? door_.operators : door_.clients;
  if (auto principal = side.own->find(presented->token)) {
    notes.credential = core::Credential{principal->credential};
    notes.credential->token_digest = side.own->fingerprint(principal->credential);
    notes.principal = std::move(*principal);
    return core::pass();
  }
  if (side.foreign && !side.foreign->empty() && !presented->token.starts_with("dw_"))
    return judge_foreign(exchange, notes, *side.foreign, presented->token);
  return refuse(exchange, "identity.bad_credential", "This token is not valid here.",
                "invalid_token");
}

Verdict Token::judge_foreign(const core::Exchange& exchange, core::Notes& notes,
                             const identity::AccessTokens& tokens, std::string_view token) const {
  identity::TokenQuestion question{token, exchange.now, exchange.steady, {}};
  question.fetched = [&notes](std::string_view key) -> std::optional<std::string_view> {
    const auto found = notes.values.find(key);
    if (found == notes.values.end()) return std::nullopt;
    return found->second;
  };
  identity::TokenAnswer answer = tokens.judge(question);
  if (auto* needs = std::get_if<identity::TokenNeeds>(&answer))
    return core::need(std::move(needs->key));
  if (const auto* no = std::get_if<identity::TokenRefused>(&answer)) {
    const Told told = told_of(no->code);
    Verdict verdict = refuse(exchange, told.reason, std::string(told.text), "invalid_token");
    verdict.requirement = "R4.2";
    verdict.detail = no->code + ": " + no->what;
    // Somebody whose token was good is told at once: bad ones of others behind his address are
    // not his, and guessing it is not.
    if (no->ended) {
      verdict = refuse(exchange, kEnded,
                       "This token counted until a moment ago; it has expired or was taken back. "
                       "Get a new one and try again.",
                       "invalid_token");
      verdict.requirement = "R4.8";
      verdict.pause = std::chrono::milliseconds(0);
      verdict.detail = no->code + ": " + no->what;
    }
    if (no->code == "token.unavailable") {
      verdict = core::deny("identity.issuer_unavailable", "R4.2",
                           "The identity provider can't be reached, so this token can't be "
                           "checked. Try again in a minute.",
                           Answer::unavailable);
      verdict.detail = no->what;
    }
    return verdict;
  }
  const auto& verified = std::get<std::shared_ptr<const identity::Verified>>(answer);
  core::Principal principal = verified->principal;
  if (exchange.listener == core::Listener::operators && !make_operator(principal)) {
    Verdict verdict = refuse(exchange, "identity.bad_credential",
                             "Its holder is no operator of this gateway.", "invalid_token");
    verdict.detail = "no group of an operator";
    return verdict;
  }
  notes.credential = verified->credential;
  notes.principal = std::move(principal);
  return core::pass();
}

// An operator's role travels as its one group, the groups as its scopes.
bool Token::make_operator(core::Principal& principal) const {
  const OperatorGrant* best = nullptr;
  const auto rank = [](std::string_view role) {
    return role == "admin" ? 2 : role == "approver" ? 1 : 0;
  };
  for (const OperatorGrant& grant : door_.grants) {
    const bool fits = grant.issuer == principal.issuer &&
                      std::find(principal.groups.begin(), principal.groups.end(), grant.group) !=
                          principal.groups.end();
    if (fits && (best == nullptr || rank(grant.role) > rank(best->role))) best = &grant;
  }
  // Somebody who acts for an operator is none.
  if (best == nullptr || !principal.agent.empty()) return false;
  principal.groups = {best->role};
  principal.scopes = best->groups;
  return true;
}

Verdict Token::judge_certificate(const core::Exchange& exchange, core::Notes& notes) const {
  auto holder = identity::holder_of(*exchange.certificate, *door_.certificates);
  if (!holder) {
    Verdict verdict = refuse(exchange, "identity.certificate_name",
                             "The client certificate does not say who you are.", "invalid_token");
    verdict.detail = holder.error().what;
    return verdict;
  }
  notes.credential = std::move(holder->credential);
  notes.principal = std::move(holder->principal);
  return core::pass();
}

void Token::refused(const core::Exchange& exchange, const Verdict& verdict,
                    core::Notes&) const noexcept {
  if (!door_.failures || exchange.stage != core::Stage::accept) return;
  if (!verdict.reason.starts_with("identity.") || verdict.answer != Answer::unauthenticated ||
      verdict.reason == "identity.no_credential" || verdict.reason == kEnded)
    return;
  try {
    door_.failures->failed(exchange.peer, exchange.steady);
  } catch (...) {
    return;  // out of memory: the refusal stands without the count
  }
}

}  // namespace doorward::guards
