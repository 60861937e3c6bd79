#include "guards/instability/schema.h"

namespace doorward::guards {

using core::Verdict;

const core::GuardFacts& ArgumentSchema::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.schema", core::Area::instability,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

namespace {

// A call without arguments is a call with none.
wire::JsonValue no_arguments() {
  static const wire::JsonDocument kNone = std::move(wire::JsonDocument::parse("{}")).value();
  return kNone.root();
}

Verdict explained(const Error& error) {
  if (error.code == "schema.look_alike")
    return core::deny("instability.look_alike", "R2.1", error.what + ".");
  if (error.code == "schema.budget" || error.code == "schema.number") {
    Verdict verdict = core::deny("instability.schema_budget", "R6.7",
                                 "These arguments are too much to be checked. Send less at once, "
                                 "and plainer values.");
    verdict.detail = error.code;
    return verdict;
  }
  return core::deny("instability.schema", "R2.1", error.what);
}

}  // namespace

Verdict ArgumentSchema::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || exchange.message->method() != wire::Method::tools_call)
    return core::pass();
  const catalog::ToolView tool = registry_->tool(exchange.server, exchange.message->target());
  const catalog::ToolContract* const contract = tool.contract();
  if (contract == nullptr) return core::pass();  // nobody signed it: rogue.pin_drift refuses
  wire::JsonValue arguments = exchange.message->arguments();
  if (!arguments) arguments = no_arguments();
  if (!arguments.is_object())
    return core::deny("instability.schema", "R2.1", "Send `arguments` as a JSON object.");
  if (!contract->input) {
    if (contract->input_fault.empty()) return core::pass();
    Verdict verdict = core::deny("instability.schema_unusable", "R6.7",
                                 "This tool's own schema can't be used to check a call, so it is "
                                 "not called. Don't repeat the call; tell the person who runs "
                                 "Doorward.");
    verdict.detail = contract->input_fault;
    return verdict;
  }
  if (const auto named = contract->input->check_names(arguments); !named)
    return explained(named.error());
  if (const auto valid = contract->input->validate(arguments); !valid)
    return explained(valid.error());
  return core::pass();
}

}  // namespace doorward::guards
