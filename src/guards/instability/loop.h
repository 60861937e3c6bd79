// Guard      instability.loop            Area 2, stages request, response
// Defends    R2.3                        Hostile input: a confused model
// Denies     A-B-A-B-A-B-A with the same arguments and the same answers; circles of up to eight
//            calls; one call polled without change for a fifth of the task's budget, and so each
//            of several jobs polled in turn
// Passes     calls whose answers change, calls that overlap, A-B-A with anything new in between;
//            polls of several jobs in turn, by one tool that is not known to write, while their
//            short answers say that they go on (running, pending, queued and their like)
// Limits     answers that differ by a time stamp look like progress; the task's budget ends those
// Tested by  tests/areas/instability/loop.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "catalog/registry.h"
#include "core/guard.h"
#include "core/task.h"
#include "limits/ledger.h"

namespace doorward::guards {

class Loop : public core::Guard {
 public:
  Loop(std::shared_ptr<limits::Ledger> ledger, std::shared_ptr<const catalog::Registry> registry,
       limits::TaskRules rules, core::Tasks tasks)
      : ledger_(std::move(ledger)), registry_(std::move(registry)), rules_(rules), tasks_(tasks) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  [[nodiscard]] uint64_t answer_of(const core::Exchange&) const;
  const std::shared_ptr<limits::Ledger> ledger_;
  const std::shared_ptr<const catalog::Registry> registry_;
  const limits::TaskRules rules_;
  const core::Tasks tasks_;
};

}  // namespace doorward::guards
