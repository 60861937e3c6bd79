#include "guards/rogue/registry.h"

namespace doorward::guards {

const core::GuardFacts& KnownServers::facts() const {
  static constexpr core::GuardFacts kFacts{"rogue.registry", core::Area::rogue,
                                           core::stages(core::Stage::launch, core::Stage::request),
                                           false};
  return kFacts;
}

core::Verdict KnownServers::judge(const core::Exchange& exchange, core::Notes&) const {
  // The merged endpoint's own requests name no server; each that it makes of one is judged again.
  if (exchange.server.empty() && exchange.stage == core::Stage::request) return core::pass();
  if (registry_->is_registered(exchange.server)) {
    if (exchange.own || registry_->identity_faults(exchange.server).empty()) return core::pass();
    return core::deny("rogue.identity", "R11.2",
                      "This server is not the one that was signed off. Don't repeat the call; ask "
                      "the person who runs Doorward to look at `doorward pin diff`.");
  }
  return core::deny("rogue.unregistered", "R11.1",
                    "This server is not one of those that are configured here. Ask the person who "
                    "runs Doorward to add it.");
}

}  // namespace doorward::guards
