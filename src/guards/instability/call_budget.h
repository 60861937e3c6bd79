// Guard      instability.call_budget     Area 2, stage request
// Defends    R2.5                        Hostile input: a confused model
// Denies     call `limits.task_calls` + 1 of one task, and any call of a task older than
//            `limits.task_time`; a tool may count as several calls (`cost`)
// Passes     the first call of a new task: a new session, or one that was quiet for
//            `tasks.window`; without a session the next such window
// Limits     nesting is bounded by `limits.concurrency`: an outer call keeps its place while an
//            inner one runs; a client that opens new sessions has new tasks
// Tested by  tests/areas/instability/call_budget.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "core/task.h"
#include "limits/ledger.h"
#include "limits/per_tool.h"

namespace doorward::guards {

class CallBudget : public core::Guard {
 public:
  CallBudget(std::shared_ptr<limits::Ledger> ledger, limits::TaskRules rules, core::Tasks tasks,
             limits::PerTool<uint32_t> costs)
      : ledger_(std::move(ledger)), rules_(rules), tasks_(tasks), costs_(std::move(costs)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] core::Verdict refusal(const limits::TaskCounts::Budget&) const;
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::TaskRules rules_;
  const core::Tasks tasks_;
  const limits::PerTool<uint32_t> costs_;
};

}  // namespace doorward::guards
