// Guard      overload.heavy              Area 6, stage request
// Defends    R6.5                        Hostile input: client
// Denies     SELECT pg_sleep(600), WAITFOR DELAY, BENCHMARK and their like in SQL arguments, also
// in
//            texts that EXECUTE and its like run; more than `limits.heavy_concurrency` heavy calls
//            at a time that find no place among 16 that wait, or none within a second
// Passes     the names of such functions without a call of them, and calls of them in a value that
//            is compared or stored, or in a comment; heavy calls one after the other, each within
//            `limits.heavy_deadline`
// Limits     defence in depth beside the deadline: what is heavy is guessed from names and
//            arguments; a tool with a deadline of its own keeps it; a text that goes to a function
//            that is not known is taken for code
// Tested by  tests/areas/overload/heavy.jsonl, tests/unit/limits/heavy_test.cc
#pragma once

#include <memory>
#include <set>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

struct HeavyLimits {
  uint32_t at_a_time = 2;  // of one principal
  uint32_t queue = 16;     // of one principal, that may wait
  std::chrono::milliseconds deadline{10'000};
  std::set<std::string, std::less<>> own_deadline;  // `server.tool` with one of its own
};

class Heavy : public core::Guard {
 public:
  Heavy(std::shared_ptr<limits::Ledger> ledger, HeavyLimits most)
      : ledger_(std::move(ledger)), limits_(std::move(most)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Comes behind overload.deadline: it only shortens.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const HeavyLimits limits_;
};

}  // namespace doorward::guards
