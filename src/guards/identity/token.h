// Guard      identity.token              Area 4, stage accept
// Defends    R4.1, R4.6                  Hostile input: client
// Denies     no Authorization, two of them, an unknown or malformed token, a token in the query
// Passes     Authorization: Bearer dw_ci_…, the local token; the operator's on its own side
// Limits     a bearer token that is stolen works until it is taken out of the configuration
// Tested by  tests/areas/identity/token.jsonl, tests/e2e/transport.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "identity/tokens.h"

namespace doorward::guards {

class Token : public core::Guard {
 public:
  Token(std::shared_ptr<const identity::Tokens> clients,
        std::shared_ptr<const identity::Tokens> operators)
      : clients_(std::move(clients)), operators_(std::move(operators)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  // Leaves the principal in `notes`; nothing else says who calls.
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const identity::Tokens> clients_, operators_;
};

}  // namespace doorward::guards
