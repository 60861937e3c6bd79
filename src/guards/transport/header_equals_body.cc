#include "guards/transport/header_equals_body.h"

namespace doorward::guards {

using core::Answer;

const core::GuardFacts& HeaderEqualsBody::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.header_equals_body", core::Area::transport,
                                           core::stages(core::Stage::request, core::Stage::client_reply),
                                           false};
  return kFacts;
}

namespace {

core::Verdict mismatch(std::string_view header) {
  return core::deny("transport.header_mismatch", "R5.4",
                    "The header `" + std::string(header) +
                        "` is not what the body says. Send the same value in both.",
                    Answer::header_mismatch);
}

// A header that is there must say what the body says; true where it is absent and may be.
bool agrees(const wire::HttpRequestHead& head, std::string_view name, std::string_view body,
            bool required) {
  if (head.count(name) == 0) return !required;
  const auto value = head.field(name);
  return value && *value == body;
}

}  // namespace

core::Verdict HeaderEqualsBody::judge(const core::Exchange& exchange, core::Notes&) const {
  const auto* head = exchange.head;
  if (exchange.carrier != core::Carrier::http || head == nullptr || exchange.message == nullptr)
    return core::pass();
  const core::ProtocolFacts& protocol = exchange.protocol;
  if (!protocol.revision_known)
    return core::deny("transport.revision", "R5.5",
                      "MCP-Protocol-Version names no revision that is served here.",
                      Answer::revision);
  if (!protocol.revision_header.empty() && !protocol.revision_body.empty() &&
      protocol.revision_header != protocol.revision_body)
    return mismatch("MCP-Protocol-Version");
  const wire::Message& message = *exchange.message;
  if (!agrees(*head, "mcp-method", message.method_name(),
              protocol.headers_mirror_body && !message.is_reply()))
    return mismatch("Mcp-Method");
  const std::string_view target = message.target();
  if (!agrees(*head, "mcp-name", target, protocol.headers_mirror_body && !target.empty()))
    return mismatch("Mcp-Name");
  return core::pass();
}

}  // namespace doorward::guards
