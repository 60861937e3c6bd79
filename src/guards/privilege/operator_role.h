// Guard      privilege.operator_role     Area 9, stage accept
// Defends    R9.7, R8.4                  Hostile input: an operator with less than the needed role
// Denies     POST /api/v1/approvals/ID/approve by a viewer, any other change by an approver
// Passes     reading by every role, deciding on held calls by approvers, everything by admins
// Limits     says nothing of which calls an approver may decide on; that is the rule's `approvers`
// Tested by  tests/areas/privilege/operator_role.jsonl, tests/e2e/operators.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class OperatorRole : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
