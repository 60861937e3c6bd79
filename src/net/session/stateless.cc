#include "net/session/stateless.h"

#include <algorithm>

#include "wire/param_headers.h"

namespace doorward::net {

namespace {

constexpr std::string_view kRevision = "2026-07-28";
constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kSubscriptionKey = "io.modelcontextprotocol/subscriptionId";

// What Mcp-Name repeats: a tool, a prompt, a URI or a task.
std::string_view mirrored_name(const wire::Message& message) {
  using wire::Method;
  switch (message.method()) {
    case Method::tools_call:
    case Method::prompts_get:
    case Method::resources_read:
    case Method::tasks_get:
    case Method::tasks_result:
    case Method::tasks_cancel:
    case Method::tasks_update:
      return message.target();
    default:
      return {};
  }
}

bool is_gone(wire::Method method) {
  using wire::Method;
  switch (method) {
    case Method::initialize:
    case Method::ping:
    case Method::logging_set_level:
    case Method::resources_subscribe:
    case Method::resources_unsubscribe:
    case Method::tasks_list:
    case Method::tasks_result:
    case Method::n_initialized:
    case Method::n_roots_list_changed:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_stateless(const wire::HttpRequestHead* head, const wire::Message& message) {
  if (message.is_reply()) return false;
  if (message.params()["_meta"][kVersionKey]) return true;
  const auto header = head != nullptr ? head->field("mcp-protocol-version") : std::nullopt;
  if (header && *header >= kRevision) return true;
  return message.method() == wire::Method::discover ||
         message.method() == wire::Method::subscriptions_listen;
}

core::ProtocolFacts stateless_facts(const wire::HttpRequestHead* head,
                                    const wire::Message& message) {
  core::ProtocolFacts facts;
  facts.stateless = true;
  facts.headers_mirror_body = head != nullptr;
  facts.version_header_required = head != nullptr;
  facts.supported = R"(["2026-07-28"])";
  facts.method_removed = is_gone(message.method());
  facts.mirrored_name = mirrored_name(message);
  const wire::JsonValue meta = message.params()["_meta"];
  if (!meta.is_object())
    facts.meta_fault = "params._meta";
  else if (!meta[kVersionKey].is_string())
    facts.meta_fault = "params._meta[\"io.modelcontextprotocol/protocolVersion\"]";
  else if (!meta[kCapabilitiesKey].is_object())
    facts.meta_fault = "params._meta[\"io.modelcontextprotocol/clientCapabilities\"]";
  facts.revision_body = meta[kVersionKey].text();
  if (head != nullptr) {
    const auto header = head->field("mcp-protocol-version");
    if (header) facts.revision_header = *header;
  }
  if (!facts.revision_body.empty() && facts.revision_body != kRevision)
    facts.revision_known = false;
  return facts;
}

ClientCapabilities stateless_capabilities(const wire::Message& message) {
  const wire::JsonValue given = message.params()["_meta"][kCapabilitiesKey];
  return capabilities_of(given, kRevision);
}

std::vector<std::pair<std::string, std::string>> mirrored_headers(const wire::HttpRequestHead* head,
                                                                  const wire::Message& message,
                                                                  bool renamed) {
  std::vector<std::pair<std::string, std::string>> fields;
  fields.emplace_back("MCP-Protocol-Version", kRevision);
  fields.emplace_back("Mcp-Method", message.method_name());
  if (head == nullptr || renamed) {
    if (const std::string_view name = mirrored_name(message); !name.empty())
      fields.emplace_back("Mcp-Name", wire::header_value(name));
  } else if (const auto name = head->field("mcp-name")) {
    fields.emplace_back("Mcp-Name", *name);
  }
  if (head == nullptr) return fields;
  constexpr std::string_view kParameter = "mcp-param-";
  for (const auto& field : head->fields)
    if (field.name.size() > kParameter.size() &&
        wire::equals_ignoring_case(field.name.substr(0, kParameter.size()), kParameter))
      fields.emplace_back(field.name, field.value);
  return fields;
}

bool is_served_statelessly(const wire::JsonValue& versions) {
  if (!versions.is_array()) return false;
  for (const wire::JsonValue version : versions.items())
    if (version.text() == kRevision) return true;
  return false;
}

std::string with_stateless_meta(std::string_view params) {
  if (params.find("\"_meta\"") != std::string_view::npos) return std::string(params);
  std::string out = R"({"_meta":{")";
  out.append(kVersionKey).append(R"(":")").append(kRevision).append(R"(",")");
  out.append(kCapabilitiesKey).append(R"(":{},")");
  out.append(R"(io.modelcontextprotocol/clientInfo":{"name":"doorward","version":"1"}})");
  if (params.size() > 2)
    out.append(",").append(params.substr(1));
  else
    out += '}';
  return out;
}

wire::JsonValue subscription_id(const wire::Message& message) {
  const wire::JsonValue from =
      message.is_reply() ? message.result()["_meta"] : message.params()["_meta"];
  return from[kSubscriptionKey];
}

bool may_need_input(wire::Method method) {
  return method == wire::Method::tools_call || method == wire::Method::prompts_get ||
         method == wire::Method::resources_read;
}

bool is_input_required(const wire::Message& message) {
  return message.result()["resultType"].text() == "input_required";
}

bool asks_only_declared(const wire::Message& message, ClientCapabilities declared,
                        const std::vector<wire::Method>& granted) {
  const wire::JsonValue asked = message.result()["inputRequests"];
  if (!asked) return true;
  if (!asked.is_object()) return false;
  for (const auto& [name, request, name_value] : asked.members()) {
    const wire::Method method = wire::method_from(request["method"].text());
    if (std::find(granted.begin(), granted.end(), method) == granted.end()) return false;
    if (method == wire::Method::ping || !is_declared(declared, method, request["params"]))
      return false;
  }
  return true;
}

bool has_known_result_type(const wire::Message& message, const wire::Message& request) {
  const wire::JsonValue type = message.result()["resultType"];
  if (!type || type.text() == "complete") return true;
  if (type.text() == "input_required") return may_need_input(request.method());
  const wire::JsonValue declared = request.params()["_meta"][kCapabilitiesKey]["extensions"];
  return type.text() == "task" && declared["io.modelcontextprotocol/tasks"].is_object();
}

}  // namespace doorward::net
