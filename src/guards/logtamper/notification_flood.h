// Guard      logtamper.notification_flood  Area 8, stage server_message
// Defends    R8.5                        Hostile input: server
// Denies     log messages beyond `limits.server_messages` of one server for one client; those of
//            level error and above have a measure of their own, so that a flood hides none
// Passes     what a server says at a normal pace
// Limits     what is dropped is counted on /metrics, not kept; standard error is bounded by net
// Tested by  tests/areas/logtamper/notification_flood.jsonl, tests/e2e/floods.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class NotificationFlood : public core::Guard {
 public:
  NotificationFlood(std::shared_ptr<limits::Ledger> ledger, limits::Flow flow)
      : ledger_(std::move(ledger)), flow_(flow) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::Flow flow_;
};

}  // namespace doorward::guards
