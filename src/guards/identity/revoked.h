// Guard      identity.revoked            Area 4, stages accept, request, client_reply
// Defends    R4.8, R9.6                  Hostile input: client (a credential that was taken away)
// Denies     a user, agent, token or token id on the list of revocations
// Passes     everybody else
// Limits     open streams are ended by the sweep of credentials, within two seconds
// Tested by  tests/areas/identity/revoked.jsonl, tests/e2e/revocation.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "identity/revocations.h"

namespace doorward::guards {

class RevokedCredential : public core::Guard {
 public:
  explicit RevokedCredential(std::shared_ptr<const identity::Revocations> list)
      : list_(std::move(list)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const identity::Revocations> list_;
};

}  // namespace doorward::guards
