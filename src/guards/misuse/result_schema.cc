#include "guards/misuse/result_schema.h"

namespace doorward::guards {

using core::Verdict;

const core::GuardFacts& ResultSchema::facts() const {
  static constexpr core::GuardFacts kFacts{"misuse.result_schema", core::Area::misuse,
                                           core::stages(core::Stage::response), true};
  return kFacts;
}

namespace {

Verdict broken_promise(std::string detail) {
  Verdict verdict = core::deny("misuse.result_schema", "R3.6",
                               "The server's result is not what this tool promises, so it was not "
                               "handed on. Whether the call took effect is not known. Don't repeat "
                               "it; tell the person who runs the server.",
                               core::Answer::bad_upstream);
  verdict.detail = std::move(detail);
  return verdict;
}

}  // namespace

namespace {

// Questions and tasks are no results yet; an error is free to say what went wrong.
bool is_promised(wire::JsonValue result) {
  const wire::JsonValue type = result["resultType"];
  if (type && type.text() != "complete") return false;
  return !result["isError"].boolean().value_or(false) && !result["task"];
}

}  // namespace

Verdict ResultSchema::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || exchange.request == nullptr ||
      exchange.request->method() != wire::Method::tools_call || !exchange.message->result())
    return core::pass();
  const wire::JsonValue result = exchange.message->result();
  if (!is_promised(result)) return core::pass();
  const catalog::ToolView tool = registry_->tool(exchange.server, exchange.request->target());
  const catalog::ToolContract* const contract = tool.contract();
  if (contract == nullptr) return core::pass();
  if (!contract->output)
    return contract->output_fault.empty() ? core::pass() : broken_promise(contract->output_fault);
  const wire::JsonValue content = result["structuredContent"];
  if (!content) return broken_promise("no structuredContent");
  if (const auto valid = contract->output->validate(content); !valid)
    return broken_promise(valid.error().what);
  return core::pass();
}

// A client that checks the schema would read a redacted value as the server's broken promise.
Verdict ResultSchema::recheck(const core::Exchange& exchange, std::string_view edited) const {
  if (exchange.message == nullptr || exchange.request == nullptr ||
      exchange.request->method() != wire::Method::tools_call ||
      !exchange.message->result()["structuredContent"] || !is_promised(exchange.message->result()))
    return core::pass();
  const catalog::ToolView tool = registry_->tool(exchange.server, exchange.request->target());
  const catalog::ToolContract* const contract = tool.contract();
  if (contract == nullptr || !contract->output) return core::pass();
  const auto document = wire::JsonDocument::parse(std::string(edited));
  std::string fault = document ? "" : document.error().what;
  if (document)
    if (const auto valid =
            contract->output->validate(document->root()["result"]["structuredContent"]);
        !valid)
      fault = valid.error().what;
  if (fault.empty()) return core::pass();
  Verdict verdict =
      core::deny("misuse.redacted_result", "R7.3",
                 "Doorward had to change this answer (a secret taken out, or a text "
                 "marked), and so it is not what this tool promises any more; it was "
                 "withheld. Whether the call took effect is not known. Ask for less.");
  verdict.detail = "as it was edited: " + fault;
  return verdict;
}

}  // namespace doorward::guards
