#include "guards/transport/param_headers.h"

#include "wire/param_headers.h"

namespace doorward::guards {

const core::GuardFacts& ParamHeaders::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.param_headers", core::Area::transport,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

core::Verdict ParamHeaders::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.own || exchange.carrier != core::Carrier::http || exchange.head == nullptr ||
      exchange.principal == nullptr || exchange.message == nullptr ||
      exchange.message->method() != wire::Method::tools_call)
    return core::pass();
  const wire::Message& call = *exchange.message;
  const catalog::ToolView tool = registry_->tool(exchange.server, call.target());
  const catalog::ToolContract* const contract = tool.contract();
  if (contract == nullptr || contract->headers.empty()) return core::pass();
  // A revision without such headers asks for none; one that is there has to tell the truth.
  const std::string_view header = wire::unlike_argument(
      contract->headers, *exchange.head, call.arguments(), exchange.protocol.headers_mirror_body);
  if (header.empty()) return core::pass();
  // What a hidden tool declares is hidden as well: its call is refused as that of an unknown one.
  policy::Action action;
  action.kind = policy::Kind::tool;
  action.server = exchange.server;
  action.name = call.target();
  action.classes = tool.classes;
  if (!rules_->visible(policy::Subject::of(*exchange.principal), action)) return core::pass();
  return core::deny("transport.header_mismatch", "R5.4",
                    "The header `Mcp-Param-" + std::string(header) +
                        "` is not what the argument says. Send the same value in both.",
                    core::Answer::header_mismatch);
}

}  // namespace doorward::guards
