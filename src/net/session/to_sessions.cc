#include "net/session/to_sessions.h"

#include <algorithm>
#include <array>

#include "net/session/revision.h"
#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr std::string_view kStateless = "2026-07-28";
constexpr std::string_view kReserved = "io.modelcontextprotocol/";
constexpr std::array<std::string_view, 4> kOwnMeta = {"protocolVersion", "clientCapabilities",
                                                      "clientInfo", "logLevel"};
constexpr size_t kUris = 64;  // resource subscriptions of one stream

// What is said to Doorward alone doesn't go on either.
bool is_own_meta(std::string_view name) {
  if (name.starts_with("io.doorward/")) return true;
  return name.starts_with(kReserved) && std::find(kOwnMeta.begin(), kOwnMeta.end(),
                                                  name.substr(kReserved.size())) != kOwnMeta.end();
}

bool is_cacheable(wire::Method method) {
  switch (method) {
    case wire::Method::discover:
    case wire::Method::tools_list:
    case wire::Method::prompts_list:
    case wire::Method::resources_list:
    case wire::Method::resources_templates_list:
    case wire::Method::resources_read:
      return true;
    default:
      return false;
  }
}

// A member of a message's root, for edits that replace name and value.
wire::Edit replace_member(const wire::Message& message, std::string_view wanted, std::string text) {
  for (const auto& [name, value, name_value] : message.document().root().members())
    if (name == wanted) return {name_value.begin(), value.end(), std::move(text)};
  panic("a message without the member that its kind has");
}

// `-32042`: the pages that a person has to visit first, as questions.
std::optional<std::string> pages_to_visit(const wire::JsonValue& error) {
  const wire::JsonValue pages = error["data"]["elicitations"];
  if (!pages.is_array() || pages.size() == 0 || pages.size() > kUris) return std::nullopt;
  std::string asked;
  int number = 0;
  for (const wire::JsonValue page : pages.items()) {
    if (!page["url"].is_string() || !page["message"].is_string()) return std::nullopt;
    if (!asked.empty()) asked += ',';
    asked.append("\"page-").append(std::to_string(++number));
    asked.append(R"(":{"method":"elicitation/create","params":{"mode":"url","message":)");
    asked.append(page["message"].raw()).append(R"(,"url":)").append(page["url"].raw());
    asked.append("}}");
  }
  return R"("result":{"resultType":"input_required","requestState":")" + std::string(kAgain) +
         R"(","inputRequests":{)" + asked + "}}";
}

std::string stateless_error(const wire::Message& reply) {
  constexpr int64_t kUrlElicitationRequired = -32042, kResourceNotFound = -32002;
  const wire::JsonValue code = reply.error()["code"];
  const int64_t value = code.integer().value_or(0);
  std::vector<wire::Edit> edits;
  if (value == kUrlElicitationRequired) {
    if (auto pages = pages_to_visit(reply.error())) {
      edits.push_back(replace_member(reply, "error", std::move(*pages)));
      return edited(reply, std::move(edits));
    }
  }
  // Codes that the client's era gives another meaning, or keeps for itself.
  const char* instead = nullptr;
  if (value == kResourceNotFound)
    instead = "-32602";
  else if (value <= -32020 && value >= -32099)
    instead = "-32603";
  if (instead != nullptr) edits.push_back({code.begin(), code.end(), instead});
  return edited(reply, std::move(edits));
}

}  // namespace

bool sessions_know(wire::Method method) {
  switch (method) {
    case wire::Method::tools_list:
    case wire::Method::tools_call:
    case wire::Method::prompts_list:
    case wire::Method::prompts_get:
    case wire::Method::resources_list:
    case wire::Method::resources_templates_list:
    case wire::Method::resources_read:
    case wire::Method::completion_complete:
      return true;
    default:
      return false;
  }
}

void strip_stateless(const wire::Message& request, std::vector<wire::Edit>& edits) {
  const wire::JsonValue params = request.params();
  std::vector<wire::Edit> inner;
  const bool meta_empty = remove_members(params["_meta"], is_own_meta, inner);
  if (!meta_empty) std::move(inner.begin(), inner.end(), std::back_inserter(edits));
  remove_members(
      params,
      [&](std::string_view name) {
        return name == "requestState" || name == "inputResponses" ||
               (meta_empty && name == "_meta");
      },
      edits);
}

std::string session_capabilities(const wire::Message& request) {
  const wire::JsonValue given =
      request.params()["_meta"]["io.modelcontextprotocol/clientCapabilities"];
  std::string out = "{";
  const auto add = [&out](std::string_view text) {
    if (out.size() > 1) out += ',';
    out += text;
  };
  if (const wire::JsonValue asked = given["elicitation"]; asked.is_object()) {
    const bool url = asked["url"].is_object(), form = asked["form"].is_object() || !url;
    add(url ? (form ? R"("elicitation":{"form":{},"url":{}})" : R"("elicitation":{"url":{}})")
            : R"("elicitation":{"form":{}})");
  }
  if (given["roots"].is_object()) add(R"("roots":{})");
  if (const wire::JsonValue sampling = given["sampling"]; sampling.is_object())
    add(R"("sampling":{)" + std::string(sampling["context"].is_object() ? R"("context":{})" : "") +
        (sampling["context"].is_object() && sampling["tools"].is_object() ? "," : "") +
        (sampling["tools"].is_object() ? R"("tools":{})" : "") + "}");
  return out + "}";
}

ClientCapabilities declared_in(std::string_view capabilities_json) {
  const auto document = wire::JsonDocument::parse(std::string(capabilities_json));
  if (!document) return {};
  return capabilities_of(document->root(), newest_session_revision().name);
}

std::string initialize_params(std::string_view capabilities_json) {
  return R"({"protocolVersion":")" + std::string(newest_session_revision().name) +
         R"(","capabilities":)" + std::string(capabilities_json) +
         R"(,"clientInfo":{"name":"doorward","version":"1"}})";
}

std::string stateless_params(std::string_view capabilities_json) {
  return R"({"_meta":{"io.modelcontextprotocol/protocolVersion":")" + std::string(kStateless) +
         R"(","io.modelcontextprotocol/clientCapabilities":)" + std::string(capabilities_json) +
         R"(,"io.modelcontextprotocol/clientInfo":{"name":"doorward","version":"1"}}})";
}

std::string listing_params(std::string_view cursor) {
  std::string params = stateless_params("{}");
  if (!cursor.empty()) params.insert(1, R"("cursor":)" + wire::json_quote(cursor) + ",");
  return params;
}

std::string discover_result(const wire::JsonValue& initialized) {
  std::string out = R"({"resultType":"complete","supportedVersions":[")";
  out.append(kStateless).append(R"("],"ttlMs":0,"cacheScope":"private","capabilities":{)");
  bool first = true;
  for (const auto& [name, value, name_value] : initialized["capabilities"].members()) {
    // Tasks of sessions are not those of the stateless era's extension.
    if (name == "tasks" || !value.is_object()) continue;
    if (!std::exchange(first, false)) out += ',';
    out.append(name_value.raw()).append(":").append(value.raw());
  }
  out += '}';
  if (const auto text = initialized["instructions"]; text.is_string())
    out.append(R"(,"instructions":)").append(text.raw());
  if (const auto info = initialized["serverInfo"]; info.is_object())
    out.append(R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)").append(info.raw()).append("}");
  return out + "}";
}

Expected<std::string> stateless_reply(const wire::Message& reply, const wire::Message& request) {
  if (reply.kind() == wire::MessageKind::error) return stateless_error(reply);
  const wire::JsonValue result = reply.result();
  const wire::JsonValue type = result["resultType"];
  if (type && type.text() != "complete")
    return failure("upstream.answer", Fault::server,
                   "a result of a kind that the server's era does not have");
  std::string members;
  const auto add = [&members](std::string_view text) {
    if (!members.empty()) members += ',';
    members += text;
  };
  if (!type) add(R"("resultType":"complete")");
  if (is_cacheable(request.method())) {
    if (!result["ttlMs"]) add(R"("ttlMs":0)");
    if (!result["cacheScope"]) add(R"("cacheScope":"private")");
  }
  std::vector<wire::Edit> edits;
  if (!members.empty()) edits.push_back(add_members(result, std::move(members)));
  return edited(reply, std::move(edits));
}

std::string input_required(const wire::Message& question, std::string_view reply_id,
                           std::string_view key, std::string_view state) {
  std::vector<wire::Edit> edits;
  remove_members(
      question.document().root(),
      [](std::string_view name) { return name == "jsonrpc" || name == "id"; }, edits);
  std::string head = R"({"jsonrpc":"2.0","id":)";
  head.append(reply_id).append(R"(,"result":{"resultType":"input_required","requestState":)");
  wire::append_json_quote(head, state);
  head.append(R"(,"inputRequests":{)");
  wire::append_json_quote(head, key);
  head += ':';
  return head + edited(question, std::move(edits)) + "}}}";
}

std::string_view log_level(const wire::Message& request) {
  return request.params()["_meta"]["io.modelcontextprotocol/logLevel"].text();
}

int level_rank(std::string_view level) {
  constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                       "error", "critical", "alert",  "emergency"};
  const auto found = std::find(kLevels.begin(), kLevels.end(), level);
  return found == kLevels.end() ? -1 : static_cast<int>(found - kLevels.begin());
}

bool wants_log(const wire::Message& request, const wire::Message& log_message) {
  const int wanted = level_rank(log_level(request));
  return wanted >= 0 && level_rank(log_message.params()["level"].text()) >= wanted;
}

bool Subscription::takes(const wire::Message& notification) const {
  switch (notification.method()) {
    case wire::Method::n_tools_list_changed:
      return tools;
    case wire::Method::n_prompts_list_changed:
      return prompts;
    case wire::Method::n_resources_list_changed:
      return resources;
    case wire::Method::n_resources_updated:
      return std::find(uris.begin(), uris.end(), notification.target()) != uris.end();
    default:
      return false;
  }
}

bool announces_changes(const wire::JsonValue& server_capabilities) {
  const auto says = [&](std::string_view feature, std::string_view member) {
    return server_capabilities[feature][member].boolean().value_or(false);
  };
  return says("tools", "listChanged") || says("prompts", "listChanged") ||
         says("resources", "listChanged") || says("resources", "subscribe");
}

Subscription subscription_of(const wire::Message& listen,
                             const wire::JsonValue& server_capabilities) {
  const wire::JsonValue wanted = listen.params()["notifications"];
  const auto both = [&](std::string_view name, std::string_view feature) {
    return wanted[name].boolean().value_or(false) &&
           server_capabilities[feature]["listChanged"].boolean().value_or(false);
  };
  Subscription accepted;
  accepted.tools = both("toolsListChanged", "tools");
  accepted.prompts = both("promptsListChanged", "prompts");
  accepted.resources = both("resourcesListChanged", "resources");
  if (server_capabilities["resources"]["subscribe"].boolean().value_or(false) &&
      wanted["resourceSubscriptions"].is_array())
    for (const wire::JsonValue uri : wanted["resourceSubscriptions"].items())
      if (uri.is_string() && accepted.uris.size() < kUris) accepted.uris.emplace_back(uri.text());
  return accepted;
}

std::string acknowledgement(const Subscription& accepted, std::string_view subscription_id) {
  std::string members;
  const auto add = [&members](std::string_view text) {
    if (!members.empty()) members += ',';
    members += text;
  };
  if (accepted.tools) add(R"("toolsListChanged":true)");
  if (accepted.prompts) add(R"("promptsListChanged":true)");
  if (accepted.resources) add(R"("resourcesListChanged":true)");
  if (!accepted.uris.empty()) {
    std::string uris;
    for (const std::string& uri : accepted.uris) {
      if (!uris.empty()) uris += ',';
      wire::append_json_quote(uris, uri);
    }
    add(R"("resourceSubscriptions":[)" + uris + "]");
  }
  return R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":)"
         R"({"io.modelcontextprotocol/subscriptionId":)" +
         std::string(subscription_id) + R"(},"notifications":{)" + members + "}}}";
}

std::string tagged(const wire::Message& notification, std::string_view subscription_id) {
  const std::string tag =
      R"("io.modelcontextprotocol/subscriptionId":)" + std::string(subscription_id);
  const wire::JsonValue params = notification.params();
  std::vector<wire::Edit> edits;
  if (!params) {
    edits.push_back(
        add_members(notification.document().root(), R"("params":{"_meta":{)" + tag + "}}"));
  } else if (const wire::JsonValue meta = params["_meta"]; !meta) {
    edits.push_back(add_members(params, R"("_meta":{)" + tag + "}"));
  } else if (const wire::JsonValue held = net::subscription_id(notification)) {
    edits.push_back({held.begin(), held.end(), std::string(subscription_id)});
  } else {
    edits.push_back(add_members(meta, tag));
  }
  return edited(notification, std::move(edits));
}

std::string subscription_end(std::string_view id) {
  return wire::make_result(
      id, R"({"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":)" +
              std::string(id) + "}}");
}

}  // namespace doorward::net
