// Guard      instability.circuit_breaker  Area 2, stage request
// Defends    R2.4, R6.6                  Hostile input: a server that is down, slow or hung
// Denies     calls of a server that failed `limits.breaker_failures` times in a row, or more than
//            `limits.breaker_percent` of the calls of half a minute, until a probe after
//            `limits.breaker_cooldown` was answered
// Passes     other servers; one call of a principal at a time once the cool-down is over
// Limits     counts connections that break and deadlines, no error that a server answers with;
//            timeouts count for their principal only; of calls that were sent and broke at most two
//            of one principal, or of one call, count for others, so that who sends what breaks a
//            server shuts it for himself; three principals that agree can still do it
// Tested by  tests/areas/instability/circuit_breaker.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>
#include <set>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class CircuitBreaker : public core::Guard {
 public:
  // `local`: servers of which every session or principal has a process of its own.
  CircuitBreaker(std::shared_ptr<limits::Ledger> ledger, limits::BreakerRules rules,
                 std::set<std::string, std::less<>> local)
      : ledger_(std::move(ledger)), rules_(rules), local_(std::move(local)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::BreakerRules rules_;
  const std::set<std::string, std::less<>> local_;
};

}  // namespace doorward::guards
