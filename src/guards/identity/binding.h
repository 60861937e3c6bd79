// Guard      identity.binding            Area 4, stage accept
// Defends    R4.3                        Hostile input: client (a stolen token, a replayed proof)
// Denies     a token that is bound to a key or certificate without it, a proof for another request
//            or used before, a bound token sent as a plain one; with `sender_constrained` every
//            token that is bound to nothing
// Passes     Authorization: DPoP … with a fresh proof of the token's key; the certificate itself
// Limits     a thief who has the key as well is its holder
// Tested by  tests/areas/identity/binding.jsonl, tests/unit/identity/proofs_test.cc,
//            tests/e2e/oauth.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "identity/place.h"
#include "identity/proofs.h"

namespace doorward::guards {

struct BindingRules {
  bool sender_constrained = false;  // of clients
  identity::Place place;            // of clients
  identity::Place operators;        // what proofs of operators name
  bool metadata = false;            // clients find the issuers by it (RFC 9728)
};

class Binding : public core::Guard {
 public:
  Binding(BindingRules rules, std::shared_ptr<identity::Proofs> proofs)
      : rules_(std::move(rules)), proofs_(std::move(proofs)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Uses the proof up.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] core::Verdict judge_bound(const core::Exchange&, core::Notes&) const;
  [[nodiscard]] core::Verdict judge_proof(const core::Exchange&, const core::Credential&,
                                          core::Notes&) const;
  const BindingRules rules_;
  const std::shared_ptr<identity::Proofs> proofs_;
};

}  // namespace doorward::guards
