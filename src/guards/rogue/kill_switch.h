// Guard      rogue.kill_switch           Area 11, stages launch, request, response, server_message
// Defends    R11.6                       Hostile input: client and server
// Denies     whatever an operator stopped: a tool, a server, a principal, or everything
// Passes     the rest
// Limits     ends nothing itself: calls under way and processes are ended by the act of stopping
// Tested by  tests/areas/rogue/kill_switch.jsonl, tests/e2e/kill.test.mjs
#pragma once

#include <memory>

#include "catalog/stops.h"
#include "core/guard.h"

namespace doorward::guards {

class KillSwitch : public core::Guard {
 public:
  explicit KillSwitch(std::shared_ptr<const catalog::Stops> stops) : stops_(std::move(stops)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const catalog::Stops> stops_;
};

}  // namespace doorward::guards
