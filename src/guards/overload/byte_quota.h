// Guard      overload.byte_quota         Area 6, stages request, response
// Defends    R6.3                        Hostile input: a client that copies everything out
// Denies     the result that goes over `limits.bytes` of one principal for one tool, and calls
//            until as much is free again
// Passes     results within the volume; other tools, other principals
// Limits     counts what the server sent, before labels are added; at most twice the volume in the
//            first period, as with every token bucket
// Tested by  tests/areas/overload/byte_quota.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"
#include "limits/per_tool.h"

namespace doorward::guards {

class ByteQuota : public core::Guard {
 public:
  ByteQuota(std::shared_ptr<limits::Ledger> ledger, limits::PerTool<limits::Flow> flows)
      : ledger_(std::move(ledger)), flows_(std::move(flows)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::PerTool<limits::Flow> flows_;
};

}  // namespace doorward::guards
