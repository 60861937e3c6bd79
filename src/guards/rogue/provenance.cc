#include "guards/rogue/provenance.h"

namespace doorward::guards {

using core::Verdict;
using wire::JsonValue;
using wire::Method;

const core::GuardFacts& Provenance::facts() const {
  static constexpr core::GuardFacts kFacts{"rogue.provenance", core::Area::rogue,
                                           core::stages(core::Stage::response), true};
  return kFacts;
}

namespace {

// Puts a member in front of those that an object has.
wire::Edit first_member(JsonValue object, std::string member) {
  if (object.size() > 0) member += ',';
  return {object.begin() + 1, object.begin() + 1, std::move(member)};
}

}  // namespace

Verdict Provenance::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.own || exchange.request == nullptr || exchange.message == nullptr ||
      exchange.server.empty() || !exchange.message->result().is_object())
    return core::pass();
  const Method asked = exchange.request->method();
  const bool of_task = asked == Method::tasks_result || asked == Method::tasks_get;
  if (asked != Method::tools_call && asked != Method::resources_read &&
      asked != Method::prompts_get && !of_task)
    return core::pass();
  const std::string_view target = exchange.request->target();
  // Of anything but a tool the server's own trust counts, as of a tool that nobody knows.
  const catalog::ToolView tool =
      registry_->tool(exchange.server, asked == Method::tools_call ? target : std::string_view());
  if (tool.trust == catalog::Trust::trusted) return core::pass();
  std::string label = R"("io.doorward/provenance":{"server":)" + wire::json_quote(exchange.server);
  if (asked == Method::tools_call) label += R"(,"tool":)" + wire::json_quote(target);
  label +=
      tool.trust == catalog::Trust::shared ? R"(,"trust":"shared"})" : R"(,"trust":"untrusted"})";
  // Where a task's state tells its result, that one is what a model reads.
  JsonValue result = exchange.message->result();
  if (asked == Method::tasks_get) result = result["result"];
  if (!result.is_object()) return core::pass();
  const JsonValue meta = result["_meta"];
  if (meta && !meta.is_object()) return core::pass();
  Verdict verdict;
  verdict.effect = core::Effect::rewrite;
  verdict.reason = "rogue.provenance";
  verdict.requirement = "R11.9";
  verdict.edits.push_back(meta ? first_member(meta, std::move(label))
                               : first_member(result, "\"_meta\":{" + label + "}"));
  return verdict;
}

}  // namespace doorward::guards
