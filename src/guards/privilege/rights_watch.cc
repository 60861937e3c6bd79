#include "guards/privilege/rights_watch.h"

#include "guards/privilege/authorize.h"

namespace doorward::guards {

const core::GuardFacts& RightsWatch::facts() const {
  static constexpr core::GuardFacts kFacts{"privilege.rights_watch", core::Area::privilege,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

core::Verdict RightsWatch::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.principal == nullptr || exchange.own) return core::pass();
  if (const auto reason = rights_->is_news(*exchange.principal))
    notes.observed.push_back({facts().id, *reason, core::Effect::pass});
  return core::pass();
}

void RightsWatch::see(const core::Exchange& exchange) const {
  if (exchange.principal == nullptr || exchange.own) return;
  for (const auto& news : rights_->see(*exchange.principal, exchange.steady))
    if (alert_) alert_(news);
}

core::Commitment RightsWatch::commit(const core::Exchange& exchange, core::Notes&) const {
  see(exchange);
  return nullptr;
}

void RightsWatch::refused(const core::Exchange& exchange, const core::Verdict& verdict,
                          core::Notes&) const noexcept {
  if (exchange.stage != core::Stage::request || exchange.principal == nullptr) return;
  try {
    see(exchange);
    if (verdict.detail != kAgentMayNot || exchange.message == nullptr) return;
    const auto news = rights_->refused_delegation(
        *exchange.principal,
        std::string(exchange.server) + "." + std::string(exchange.message->target()),
        exchange.steady);
    if (news && alert_) alert_(*news);
  } catch (...) {
    return;  // the refusal itself is in the log
  }
}

}  // namespace doorward::guards
