#include "guards/rogue/kill_switch.h"

#include "policy/one_answer.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& KillSwitch::facts() const {
  static constexpr core::GuardFacts kFacts{
      "rogue.kill_switch", core::Area::rogue,
      core::stages(Stage::launch, Stage::request, Stage::response, Stage::server_message), false};
  return kFacts;
}

core::Verdict KillSwitch::judge(const core::Exchange& exchange, core::Notes&) const {
  const wire::Message* const request = exchange.request;
  const bool calls = request != nullptr && request->method() == wire::Method::tools_call;
  // A cancellation goes to the server whatever was stopped: it is how the stopping is told.
  if (exchange.message != nullptr && exchange.stage == Stage::request &&
      exchange.message->method() == wire::Method::n_cancelled)
    return core::pass();
  const std::string_view user =
      exchange.principal == nullptr ? std::string_view() : exchange.principal->user;
  if (!stops_->stops(exchange.server, calls ? request->target() : std::string_view(), user))
    return core::pass();
  // Who may not see the tool learns nothing of it, not even that it was stopped.
  const bool of_tool = calls && !stops_->stops(exchange.server, "", user);
  if (of_tool && exchange.stage == Stage::request && may_see_ && !may_see_(exchange))
    return policy::not_available();
  return core::deny("rogue.stopped", "R11.6",
                    "This was stopped by the person who runs Doorward. Don't repeat the call and "
                    "don't look for a way around it; tell the user.");
}

}  // namespace doorward::guards
