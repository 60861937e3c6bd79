// Guard      overload.concurrency        Area 6, stage request
// Defends    R6.2, R6.6, R1.3, R2.5      Hostile input: client and server
// Denies     calls over `concurrency` (principal), `tool_concurrency` and `server_concurrency` that
//            found no place in the short queue, or none within a second
// Passes     calls that find a place; calls of other servers, whatever one hung server holds
//            A server that answers ever more slowly gets fewer at a time (limits/gradient.h)
// Limits     a subscription holds no place, its number is bounded: overload.subscriptions
// Tested by  tests/areas/overload/concurrency.jsonl, tests/e2e/limits.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/gradient.h"
#include "limits/ledger.h"
#include "limits/per_tool.h"

namespace doorward::guards {

struct Concurrency {
  uint32_t principal = 8;
  limits::PerTool<uint32_t> tool{.general = 32, .by_server = {}, .by_tool = {}};
  limits::PerTool<uint32_t> server{.general = 64, .by_server = {}, .by_tool = {}};
  uint32_t queue = 64;
  bool adaptive = true;  // a slow server gets fewer
};

class ConcurrencyGuard : public core::Guard {
 public:
  ConcurrencyGuard(std::shared_ptr<limits::Ledger> ledger, Concurrency most)
      : ledger_(std::move(ledger)), most_(std::move(most)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const Concurrency most_;
  const std::shared_ptr<limits::Gradients> gradients_ = std::make_shared<limits::Gradients>();
};

}  // namespace doorward::guards
