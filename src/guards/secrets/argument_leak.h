// Guard      secrets.argument_leak       Area 7, stages request, client_reply
// Defends    R7.5                        Hostile input: client (a model that was talked into it)
// Denies     a held secret or honeytoken in anything that goes on to a server (arguments, URI,
//            `_meta`, answers to its questions, notifications), in any encoding; a secret that
//            another server showed first; a key in a known maker's format; where it is
//            configured, data of persons
// Passes     examples and placeholders; what looks like a password by its name alone
// Limits     a secret that was never seen and has no format
// Tested by  tests/areas/secrets/argument_leak.jsonl, tests/unit/detect/inspector_test.cc
#pragma once

#include <memory>

#include "core/guard.h"
#include "detect/known_secrets.h"
#include "guards/secrets/content_acts.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class ArgumentLeak : public core::Guard {
 public:
  // Arguments are never rewritten: `redact` refuses.
  ArgumentLeak(std::shared_ptr<const detect::HeldSecrets> held,
               std::shared_ptr<const detect::SeenSecrets> seen, ContentActs acts = {},
               policy::KnownAlarms alarms = nullptr)
      : held_(std::move(held)), seen_(std::move(seen)), acts_(acts), alarms_(std::move(alarms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const detect::HeldSecrets> held_;
  const std::shared_ptr<const detect::SeenSecrets> seen_;
  const ContentActs acts_;
  const policy::KnownAlarms alarms_;
};

}  // namespace doorward::guards
