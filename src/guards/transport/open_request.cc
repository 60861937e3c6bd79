#include "guards/transport/open_request.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& OpenRequest::facts() const {
  static constexpr core::GuardFacts kFacts{
      "transport.open_request", core::Area::transport,
      core::stages(Stage::response, Stage::server_message, Stage::client_reply), false};
  return kFacts;
}

namespace {

using wire::JsonValue;

// A field of a form: a flat value, a choice, or several choices (MCP, Elicitation).
bool is_flat(JsonValue field) {
  if (!field.is_object() || field["properties"] || field["$ref"]) return false;
  const std::string_view type = field["type"].text();
  if (type == "array") {
    const JsonValue items = field["items"];
    return items.is_object() && !items["properties"] && !items["items"] && !items["$ref"] &&
           items["type"].text() != "object" && items["type"].text() != "array";
  }
  return type == "string" || type == "number" || type == "integer" || type == "boolean" ||
         (!field["type"] && (field["enum"].is_array() || field["oneOf"].is_array()));
}

// Why a client should not be asked this; "" where it may be. What clients differ over is no form:
// one would show it, another would fill in what nobody saw.
std::string_view fault_of_elicitation(JsonValue params) {
  const JsonValue mode = params["mode"];
  const JsonValue schema = params["requestedSchema"];
  if (mode && mode.text() != "form" && mode.text() != "url") return "of a mode that is not known";
  if (mode.text() == "url") return schema ? "by page and by form at once" : "";
  if (params["url"]) return "by form and by page at once";
  if (!schema) return "";
  if (!schema.is_object() || schema["$ref"] || schema["allOf"] || schema["anyOf"] ||
      schema["oneOf"])
    return "of a form that is not flat";
  const JsonValue fields = schema["properties"];
  if (!fields) return "";
  if (!fields.is_object()) return "of a form that is not flat";
  for (const auto& [name, field, name_value] : fields.members())
    if (!is_flat(field)) return "of a form that is not flat";
  return "";
}

std::string_view fault_of_questions(const wire::Message& message) {
  if (message.is_request() && message.method() == wire::Method::elicitation_create)
    return fault_of_elicitation(message.params());
  const JsonValue questions = message.result()["inputRequests"];
  if (!questions.is_object()) return "";
  for (const auto& [name, question, name_value] : questions.members())
    if (wire::method_from(question["method"].text()) == wire::Method::elicitation_create)
      if (const auto fault = fault_of_elicitation(question["params"]); !fault.empty()) return fault;
  return "";
}

}  // namespace

core::Verdict OpenRequest::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  if (!exchange.reply_expected)
    return core::deny("transport.unsolicited", "R5.6",
                      "This message belongs to no open request and was dropped.",
                      core::Answer::invalid_request);
  if (!exchange.result_type_known)
    return core::deny("transport.result_type", "R5.6",
                      "The server sent a kind of result that is not known here.",
                      core::Answer::bad_upstream);
  if (exchange.stage != Stage::client_reply && !exchange.capability_declared)
    return core::deny("transport.undeclared_capability", "R5.6",
                      "The client did not declare that it takes this request, or this server may "
                      "not make it (`allow_server_requests`).");
  if (exchange.stage == Stage::client_reply) return core::pass();
  if (const auto fault = fault_of_questions(*exchange.message); !fault.empty())
    return core::deny("transport.elicitation_form", "R5.6",
                      "The server asked a question " + std::string(fault) +
                          "; it was not passed on. A form has one level of texts, numbers, choices "
                          "and yes or no.");
  return core::pass();
}

}  // namespace doorward::guards
