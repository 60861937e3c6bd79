// Guard      instability.rate            Area 2, stage request
// Defends    R2.6                        Hostile input: client
// Denies     what is over `limits.calls` of one principal for one tool, over HTTP and stdio alike
// Passes     a burst within the limit, other tools, other principals
// Limits     requests that are no tool call share one bucket by method; so do notifications
// Tested by  tests/areas/instability/rate.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"
#include "limits/per_tool.h"

namespace doorward::guards {

class Rate : public core::Guard {
 public:
  Rate(std::shared_ptr<limits::Ledger> ledger, limits::PerTool<limits::Flow> flows)
      : ledger_(std::move(ledger)), flows_(std::move(flows)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::PerTool<limits::Flow> flows_;
};

}  // namespace doorward::guards
