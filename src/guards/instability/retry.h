// Guard      instability.retry           Area 2, stage request
// Defends    R2.4, R6.6                  Hostile input: a server that is down or flaps
// Denies     a call that was lost and is to be sent once more, unless it only reads, by a person's
//            word, and its signed definition or the configuration says that it is idempotent; more
//            than `limits.retries`, and while too much of what its server gets is lost
// Passes     every first sending; a lost `read_ticket` once more
// Limits     a call that redeemed an approval is never repeated; what a client repeats is a call of
//            its own
// Tested by  tests/areas/instability/retry.jsonl, tests/e2e/retries.test.mjs
#pragma once

#include <memory>

#include "catalog/registry.h"
#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class Retry : public core::Guard {
 public:
  Retry(std::shared_ptr<limits::Ledger> ledger, std::shared_ptr<const catalog::Registry> registry,
        uint32_t most)
      : ledger_(std::move(ledger)), registry_(std::move(registry)), most_(most) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Leaves in `notes` whether the call may be sent again if it is lost.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] bool may_repeat(const core::Exchange& exchange) const;
  const std::shared_ptr<limits::Ledger> ledger_;
  const std::shared_ptr<const catalog::Registry> registry_;
  const uint32_t most_;
};

}  // namespace doorward::guards
