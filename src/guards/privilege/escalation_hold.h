// Guard      privilege.escalation_hold   Area 9, stage request
// Defends    R9.2, R8.9                  Hostile input: client, model
// Denies     {"name":"assign_admin"} and {"name":"downgrade_group"} until another person than the
//            one who asks approves, whatever a rule allows, upward or downward
// Passes     {"name":"list_groups"}
// Limits     goes by the tool's classes; a tool that hides what it does needs its class confirmed
//            by a person
// Tested by  tests/areas/privilege/escalation_hold.jsonl
#pragma once

#include "core/guard.h"
#include "guards/privilege/authorize.h"

namespace doorward::guards {

class EscalationHold : public core::Guard {
 public:
  explicit EscalationHold(ClassesOf classes) : classes_(std::move(classes)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const ClassesOf classes_;
};

}  // namespace doorward::guards
