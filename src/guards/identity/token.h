// Guard      identity.token              Area 4, stage accept
// Defends    R4.1, R4.2, R4.6            Hostile input: client
// Denies     no credential, two of them, a token that is unknown, malformed, expired, for another
//            audience, wrongly signed, of another issuer, or in the query
// Passes     Authorization: Bearer dw_ci_…, the local token, an access token of a configured issuer
//            for this gateway, a client certificate; the operator's on its own side
// Limits     says whose the credential is, not who uses it; see identity.binding
// Tested by  tests/areas/identity/token.jsonl, tests/unit/guards/token_test.cc,
//            tests/unit/identity/access_tokens_test.cc, tests/e2e/oauth.test.mjs
#pragma once

#include <memory>
#include <optional>

#include "core/guard.h"
#include "identity/access_tokens.h"
#include "identity/certificates.h"
#include "identity/failures.h"
#include "identity/place.h"
#include "identity/tokens.h"

namespace doorward::guards {

// What a group at an issuer makes of its members on the operator side.
struct OperatorGrant {
  std::string issuer, group;
  std::string role;                 // viewer, approver, admin
  std::vector<std::string> groups;  // for `approvers` of rules
};

struct TokenDoor {
  struct Side {
    std::shared_ptr<const identity::Tokens> own;
    std::shared_ptr<const identity::AccessTokens> foreign;  // null: no issuer is configured
  };
  Side clients, operators;
  std::optional<identity::NameIn> certificates;  // of clients
  std::vector<OperatorGrant> grants;
  std::shared_ptr<identity::Failures> failures;  // null: nobody counts
  identity::Place place;
  std::string scopes;  // that the rules know, for a client that asks for its first token
  bool dpop = false;   // issuers may bind tokens to keys
};

class Token : public core::Guard {
 public:
  explicit Token(TokenDoor door) : door_(std::move(door)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  // Leaves principal and credential in `notes`; nothing else says who calls.
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  [[nodiscard]] core::Verdict refuse(const core::Exchange&, std::string_view reason,
                                     std::string text, std::string_view error) const;
  [[nodiscard]] core::Verdict judge_foreign(const core::Exchange&, core::Notes&,
                                            const identity::AccessTokens&, std::string_view) const;
  [[nodiscard]] core::Verdict judge_certificate(const core::Exchange&, core::Notes&) const;
  [[nodiscard]] bool make_operator(core::Principal&) const;
  const TokenDoor door_;
};

}  // namespace doorward::guards
