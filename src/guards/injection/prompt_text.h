// Guard      injection.prompt_text       Area 1, stages response, server_message
// Defends    R3.5                        Hostile input: server, and whoever writes what it serves
// Denies     a result that carries marked or certain instructions to the model
// Passes     prose about prompt injection; a letter that says `please send the report`
// Limits     doubtful text is labelled, a poisoned description is taken out; an instruction
//            without any mark can't be told from a colleague's request by its text alone
// Tested by  tests/areas/injection/prompt_text.jsonl, tests/unit/detect/inspector_test.cc
#pragma once

#include "core/guard.h"
#include "policy/suppressions.h"

namespace doorward::guards {

// What is said where such a text is not labelled but withheld.
[[nodiscard]] core::Verdict instructions_withheld();

class PromptText : public core::Guard {
 public:
  explicit PromptText(policy::KnownAlarms alarms = nullptr) : alarms_(std::move(alarms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
};

}  // namespace doorward::guards
