#include "guards/rogue/server_state.h"

#include "limits/marks.h"

namespace doorward::guards {

using catalog::DefinitionKind;
using catalog::ServerState;
using core::Stage;
using core::Verdict;
using wire::Method;

const core::GuardFacts& ServerStates::facts() const {
  static constexpr core::GuardFacts kFacts{"rogue.server_state", core::Area::rogue,
                                           core::stages(Stage::launch, Stage::request), false};
  return kFacts;
}

namespace {

bool is_call(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->method() == Method::tools_call;
}

// A cancellation goes to the server whatever its state: it ends what was begun before.
bool is_cancellation(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->method() == Method::n_cancelled;
}

}  // namespace

bool ServerStates::is_new_here(const core::Exchange& exchange) const {
  return registry_->is_on_probation(
      registry_->catalog().find(exchange.server, DefinitionKind::server, ""), exchange.now);
}

Verdict ServerStates::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.own || exchange.server.empty() || is_cancellation(exchange)) return core::pass();
  const catalog::Lookup found =
      registry_->catalog().find(exchange.server, DefinitionKind::server, "");
  if (!found.locked) return core::pass();
  if (!is_callable(found.server)) {
    Verdict verdict = core::deny(
        found.server == ServerState::revoked ? "rogue.revoked" : "rogue.server_state", "R11.5",
        "This server is not in use. Don't repeat the call; ask the person who runs Doorward.");
    verdict.detail = catalog::state_name(found.server);
    return verdict;
  }
  if (exchange.stage != Stage::request || !is_call(exchange) || !is_new_here(exchange))
    return core::pass();
  const auto tool = registry_->tool(exchange.server, exchange.message->target());
  if (tool.classes.within({core::ToolClass::read})) return core::pass();
  Verdict verdict =
      core::deny("rogue.probation", "R11.5",
                 "This server is new here: until its probation is over a person approves every "
                 "call that does more than read. Tell the user, and repeat the call once it was "
                 "approved.",
                 core::Answer::held);
  verdict.effect = core::Effect::hold;
  return verdict;
}

core::Commitment ServerStates::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.own || exchange.stage != Stage::request || !is_call(exchange) ||
      !is_new_here(exchange))
    return nullptr;
  const limits::Key owner = limits::owner_of(exchange, notes);
  const limits::Key bucket =
      limits::key_of({exchange.principal != nullptr ? exchange.principal->key() : "",
                      exchange.server, "probation"});
  const auto wait = ledger_->calls.with(owner, bucket, [&](limits::Bucket& held) {
    return held.take(on_probation_, exchange.steady);
  });
  if (!wait) return nullptr;
  Verdict verdict =
      core::deny("rogue.probation_rate", "R11.5",
                 "This server is new here and takes few calls. Wait " +
                     std::to_string(wait->count()) + " seconds, then go on more slowly.",
                 core::Answer::limited);
  verdict.retry_after = wait;
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
