// Guard      transport.signature         Area 5, stage accept
// Defends    R5.7                        Hostile input: whoever stands on the way, or has a token
// Denies     where signatures are asked for: a request without one (RFC 9421), a flipped bit of
//            method, target, session or body, a signature that was used before, is too old or of
//            another's key
// Passes     a fresh signature of the caller's key; everybody who is not asked for one
// Limits     answers are not signed; that the body is the one of the signed digest is compared when
//            it was read (transport.digest)
// Tested by  tests/areas/transport/signature.jsonl, tests/unit/wire/http_signature_test.cc,
//            tests/e2e/signed.test.mjs, fuzz/fuzz_http_signature.cc
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "catalog/ed25519.h"
#include "core/guard.h"
#include "identity/place.h"
#include "identity/proofs.h"

namespace doorward::guards {

struct Signer {
  std::string id;    // `keyid`
  std::string user;  // whose requests it signs
  catalog::VerifyKey key;
};

struct SignatureRules {
  std::vector<Signer> signers;
  bool from_all = false;  // else only from users with a key
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds leeway{30'000};
  identity::Place place;
};

class MessageSignature : public core::Guard {
 public:
  MessageSignature(SignatureRules rules, std::shared_ptr<identity::Proofs> used)
      : rules_(std::move(rules)), used_(std::move(used)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Uses the nonce up.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] bool asked_of(const std::string& user) const;
  const SignatureRules rules_;
  const std::shared_ptr<identity::Proofs> used_;
};

}  // namespace doorward::guards
