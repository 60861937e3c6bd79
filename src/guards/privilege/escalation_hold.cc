#include "guards/privilege/escalation_hold.h"

namespace doorward::guards {

const core::GuardFacts& EscalationHold::facts() const {
  static constexpr core::GuardFacts kFacts{"privilege.escalation_hold", core::Area::privilege,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

core::Verdict EscalationHold::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || exchange.message->method() != wire::Method::tools_call)
    return core::pass();
  const core::ClassSet classes = classes_(exchange.server, exchange.message->target());
  if (!classes.has(core::ToolClass::identity)) return core::pass();
  core::Verdict verdict =
      core::deny("privilege.escalation", "R9.2",
                 "This changes rights, accounts, policy or logging. Another person has to approve "
                 "it first; tell the user.",
                 core::Answer::held);
  verdict.effect = core::Effect::hold;
  return verdict;
}

}  // namespace doorward::guards
