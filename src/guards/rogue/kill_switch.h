// Guard      rogue.kill_switch           Area 11, stages launch, request, response, server_message
// Defends    R11.6                       Hostile input: client and server
// Denies     whatever an operator stopped: a tool, a server, a principal, or everything; a stopped
//            tool that the caller may not see answers like an unknown one
// Passes     the rest
// Limits     ends nothing itself: calls under way and processes are ended by the act of stopping
// Tested by  tests/areas/rogue/kill_switch.jsonl, tests/e2e/kill.test.mjs
#pragma once

#include <functional>
#include <memory>

#include "catalog/stops.h"
#include "core/guard.h"

namespace doorward::guards {

class KillSwitch : public core::Guard {
 public:
  // `may_see`: the caller could use the tool if it were not stopped. Without it everyone is told.
  using MaySee = std::function<bool(const core::Exchange&)>;
  explicit KillSwitch(std::shared_ptr<const catalog::Stops> stops, MaySee may_see = {})
      : stops_(std::move(stops)), may_see_(std::move(may_see)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const catalog::Stops> stops_;
  const MaySee may_see_;
};

}  // namespace doorward::guards
