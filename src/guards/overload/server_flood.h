// Guard      overload.server_flood       Area 6, stage server_message
// Defends    R6.8                        Hostile input: server
// Denies     requests of one server beyond `limits.server_requests`, changed lists and resources
//            beyond `limits.list_changes`, progress and any other notification beyond
//            `limits.server_messages`; each for one client
// Passes     what a server says at a normal pace; answers
// Limits     a list_changed that is dropped in a storm is told by a later one; log messages are
//            logtamper.notification_flood's
// Tested by  tests/areas/overload/server_flood.jsonl, tests/e2e/floods.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

struct ServerFlows {
  limits::Flow messages{.per_second = 50, .burst = 50};
  limits::Flow requests{.per_second = 1, .burst = 60};
  limits::Flow changes{.per_second = 0.5, .burst = 30};
};

class ServerFlood : public core::Guard {
 public:
  ServerFlood(std::shared_ptr<limits::Ledger> ledger, ServerFlows flows)
      : ledger_(std::move(ledger)), flows_(flows) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const ServerFlows flows_;
};

}  // namespace doorward::guards
