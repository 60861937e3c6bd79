#include "guards/transport/header_equals_body.h"

#include "base/bytes.h"

namespace doorward::guards {

using core::Answer;

const core::GuardFacts& HeaderEqualsBody::facts() const {
  static constexpr core::GuardFacts kFacts{
      "transport.header_equals_body", core::Area::transport,
      core::stages(core::Stage::request, core::Stage::client_reply), false};
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
  if (!value) return false;
  if (*value == body) return true;
  // A value that no header can hold travels as `=?base64?…?=` (2026 era, "Mcp-Name").
  constexpr std::string_view kOpen = "=?base64?", kClose = "?=";
  if (value->size() < kOpen.size() + kClose.size() || !value->starts_with(kOpen) ||
      !value->ends_with(kClose))
    return false;
  const auto decoded =
      from_base64(value->substr(kOpen.size(), value->size() - kOpen.size() - kClose.size()));
  return decoded && *decoded == body;
}

}  // namespace

core::Verdict HeaderEqualsBody::judge(const core::Exchange& exchange, core::Notes&) const {
  const auto* head = exchange.head;
  const core::ProtocolFacts& protocol = exchange.protocol;
  if (!protocol.meta_fault.empty() && exchange.message != nullptr)
    return core::deny("transport.meta", "R5.4",
                      "`" + std::string(protocol.meta_fault) + "` is required. Add it.",
                      Answer::invalid_params);
  if (!protocol.revision_header.empty() && !protocol.revision_body.empty() &&
      protocol.revision_header != protocol.revision_body)
    return mismatch("MCP-Protocol-Version");
  if (!protocol.revision_known) {
    core::Verdict verdict =
        core::deny("transport.revision", "R5.5",
                   "The protocol version that is named is not served here.", Answer::revision);
    if (!protocol.supported.empty())
      verdict.members = R"("supported":)" + std::string(protocol.supported) + R"(,"requested":)" +
                        wire::json_quote(protocol.revision_body);
    return verdict;
  }
  const wire::Message* const asked = exchange.message;
  // Answers to questions inside results, and what goes with them: no session has those.
  const bool of_another_era =
      asked != nullptr && asked->is_request() && !protocol.stateless && !exchange.own &&
      (asked->params()["requestState"] || asked->params()["inputResponses"]);
  if (!exchange.state_is_ours || of_another_era)
    return core::deny("transport.request_state", "R5.6",
                      "This requestState was not handed out for this request, or is too old. Send "
                      "the request again without it.",
                      Answer::invalid_params);
  if (exchange.carrier != core::Carrier::http || head == nullptr || exchange.message == nullptr)
    return core::pass();
  if (protocol.version_header_required && protocol.revision_header.empty())
    return mismatch("MCP-Protocol-Version");
  const wire::Message& message = *exchange.message;
  if (!agrees(*head, "mcp-method", message.method_name(),
              protocol.headers_mirror_body && !message.is_reply()))
    return mismatch("Mcp-Method");
  const bool names_it = protocol.headers_mirror_body ? !protocol.mirrored_name.empty() : true;
  // The client's own name of it: at the merged endpoint it is not what goes to the server.
  const bool stated = protocol.headers_mirror_body || !protocol.mirrored_name.empty();
  if (names_it && !agrees(*head, "mcp-name", stated ? protocol.mirrored_name : message.target(),
                          protocol.headers_mirror_body))
    return mismatch("Mcp-Name");
  return core::pass();
}

}  // namespace doorward::guards
