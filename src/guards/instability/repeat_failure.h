// Guard      instability.repeat_failure  Area 2, stages request, response
// Defends    R2.2, R2.3                  Hostile input: a confused model, a retry storm
// Denies     the fourth `SELCT * FROM users` after three that failed alike, whatever its case,
//            white space, order of arguments, comments, literals, aliases, marks behind its end
//            and arguments beside it that name no place; the fourth of the very same
//            call whatever its errors say, also where it breaks the connection or ends the process
// Passes     other calls, the walk over missing files one by one, the call that was put right
// Limits     counts protocol errors, schema refusals, refused answers, timeouts, lost answers and
//            isError of the same call; a tool that hides its failure in a normal result is left to
//            instability.loop
// Tested by  tests/areas/instability/repeat_failure.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class RepeatFailure : public core::Guard {
 public:
  RepeatFailure(std::shared_ptr<limits::Ledger> ledger, limits::FailureRules rules)
      : ledger_(std::move(ledger)), rules_(rules) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::FailureRules rules_;
};

}  // namespace doorward::guards
