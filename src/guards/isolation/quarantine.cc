#include "guards/isolation/quarantine.h"

namespace doorward::guards {

const core::GuardFacts& InQuarantine::facts() const {
  static constexpr core::GuardFacts kFacts{"isolation.quarantine", core::Area::isolation,
                                           core::stages(core::Stage::launch, core::Stage::request),
                                           false};
  return kFacts;
}

core::Verdict InQuarantine::judge(const core::Exchange& exchange, core::Notes&) const {
  if (!stopped_ || exchange.server.empty()) return core::pass();
  auto why = stopped_->reason(exchange.server);
  if (!why) return core::pass();
  core::Verdict verdict = core::deny(
      "isolation.quarantined", "R10.8",
      "This server was stopped because it broke the rules of its sandbox. Don't repeat the call; "
      "tell the person who runs Doorward.",
      core::Answer::unavailable);
  verdict.detail = std::move(*why);
  return verdict;
}

}  // namespace doorward::guards
