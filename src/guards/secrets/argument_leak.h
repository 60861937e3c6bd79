// Guard      secrets.argument_leak       Area 7, stage request
// Defends    R7.5                        Hostile input: client (a model that was talked into it)
// Denies     a held secret or honeytoken in an argument, in any encoding; a secret that another
//            server showed first; a key in a known maker's format
// Passes     examples and placeholders; what looks like a password by its name alone
// Limits     a secret that was never seen and has no format
// Tested by  tests/areas/secrets/argument_leak.jsonl, tests/unit/detect/inspector_test.cc
#pragma once

#include <memory>

#include "core/guard.h"
#include "detect/known_secrets.h"

namespace doorward::guards {

class ArgumentLeak : public core::Guard {
 public:
  ArgumentLeak(std::shared_ptr<const detect::HeldSecrets> held,
               std::shared_ptr<const detect::SeenSecrets> seen)
      : held_(std::move(held)), seen_(std::move(seen)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const detect::HeldSecrets> held_;
  const std::shared_ptr<const detect::SeenSecrets> seen_;
};

}  // namespace doorward::guards
