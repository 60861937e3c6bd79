#include "net/session/capabilities.h"

#include "net/session/revision.h"

namespace doorward::net {

ClientCapabilities capabilities_of(const wire::JsonValue& given, std::string_view version) {
  const wire::JsonValue sampling = given["sampling"], elicitation = given["elicitation"];
  return {.sampling = sampling.is_object(),
          .sampling_tools = sampling["tools"].is_object(),
          .sampling_context = sampling.is_object() &&
                              (sampling["context"].is_object() || !sampling_has_parts(version)),
          .elicitation = elicitation.is_object(),
          .forms = elicitation.is_object() &&
                   (elicitation["form"].is_object() || !elicitation["url"].is_object()),
          .links = elicitation["url"].is_object(),
          .roots = given["roots"].is_object()};
}

namespace {

bool may_sample(const ClientCapabilities& capabilities, const wire::JsonValue& params) {
  if ((params["tools"] || params["toolChoice"]) && !capabilities.sampling_tools) return false;
  const wire::JsonValue context = params["includeContext"];
  if (context && context.text() != "none" && !capabilities.sampling_context) return false;
  return capabilities.sampling;
}

bool may_elicit(const ClientCapabilities& capabilities, const wire::JsonValue& params) {
  const wire::JsonValue mode = params["mode"];
  if (mode && mode.text() == "url") return capabilities.links;
  return capabilities.forms && (!mode || mode.text() == "form");
}

}  // namespace

bool is_declared(const ClientCapabilities& capabilities, wire::Method method,
                 const wire::JsonValue& params) {
  switch (method) {
    case wire::Method::sampling_create_message:
      return may_sample(capabilities, params);
    case wire::Method::elicitation_create:
      return may_elicit(capabilities, params);
    case wire::Method::roots_list:
      return capabilities.roots;
    case wire::Method::ping:
      return true;
    default:
      return false;
  }
}

}  // namespace doorward::net
