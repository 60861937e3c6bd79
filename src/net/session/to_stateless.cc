#include "net/session/to_stateless.h"

#include <algorithm>
#include <array>

#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr std::string_view kStateless = "2026-07-28";
constexpr std::array<std::string_view, 4> kOwnMeta = {
    "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities",
    "io.modelcontextprotocol/clientInfo", "io.modelcontextprotocol/logLevel"};
constexpr size_t kQuestions = 16;

// What is said to Doorward alone doesn't go on either.
bool is_own_meta(std::string_view name) {
  return name.starts_with("io.doorward/") ||
         std::find(kOwnMeta.begin(), kOwnMeta.end(), name) != kOwnMeta.end();
}

std::string meta_members(const StatelessClient& client) {
  std::string out = R"("io.modelcontextprotocol/protocolVersion":")" + std::string(kStateless) +
                    R"(","io.modelcontextprotocol/clientCapabilities":)" + client.capabilities;
  if (!client.info.empty())
    out.append(R"(,"io.modelcontextprotocol/clientInfo":)").append(client.info);
  if (!client.level.empty())
    out.append(R"(,"io.modelcontextprotocol/logLevel":)").append(wire::json_quote(client.level));
  return out;
}

std::string joined(std::string members, std::string_view more) {
  if (!members.empty() && !more.empty()) members += ',';
  return members.append(more);
}

}  // namespace

StatelessClient stateless_client(const wire::Message& initialize) {
  StatelessClient client;
  std::string members;
  const wire::JsonValue given = initialize.params()["capabilities"];
  for (const std::string_view name : {"elicitation", "sampling"})
    if (const wire::JsonValue value = given[name]; value.is_object())
      members =
          joined(std::move(members), "\"" + std::string(name) + "\":" + std::string(value.raw()));
  if (given["roots"].is_object()) members = joined(std::move(members), R"("roots":{})");
  client.capabilities = "{" + members + "}";
  if (const wire::JsonValue info = initialize.params()["clientInfo"];
      info["name"].is_string() && info["version"].is_string())
    client.info = info.raw();
  return client;
}

bool stateless_knows(wire::Method method) {
  return sessions_know(method);
}

void add_stateless(const wire::Message& request, const StatelessClient& client,
                   std::vector<wire::Edit>& edits) {
  const std::string members = meta_members(client);
  const wire::JsonValue params = request.params();
  if (!params) {
    edits.push_back(
        add_members(request.document().root(), R"("params":{"_meta":{)" + members + "}}"));
    return;
  }
  const wire::JsonValue meta = params["_meta"];
  if (!meta) {
    edits.push_back(add_members(params, R"("_meta":{)" + members + "}"));
    return;
  }
  // One text for the whole of `_meta` but the token, which has a splice of its own.
  if (remove_members(meta, is_own_meta, edits))
    edits.push_back({meta.begin() + 1, meta.begin() + 1, members});
  else
    edits.push_back(add_members(meta, members));
}

std::string initialize_result(std::string_view revision, const wire::JsonValue& discovered,
                              std::string_view server) {
  std::string out = R"({"protocolVersion":)" + wire::json_quote(revision) + R"(,"capabilities":{)";
  bool first = true;
  for (const auto& [name, value, name_value] : discovered["capabilities"].members()) {
    // Extensions are of the server's own era; none of them is carried over.
    if (name == "extensions" || !value.is_object()) continue;
    if (!std::exchange(first, false)) out += ',';
    out.append(name_value.raw()).append(":").append(value.raw());
  }
  out += R"(},"serverInfo":)";
  const wire::JsonValue info = discovered["_meta"]["io.modelcontextprotocol/serverInfo"];
  if (info["name"].is_string() && info["version"].is_string())
    out += info.raw();
  else
    out.append(R"({"name":)").append(wire::json_quote(server)).append(R"(,"version":"0"})");
  if (const wire::JsonValue text = discovered["instructions"]; text.is_string())
    out.append(R"(,"instructions":)").append(text.raw());
  return out + "}";
}

std::string session_message(const wire::Message& message, std::string_view id) {
  std::vector<wire::Edit> edits;
  if (message.is_reply() && message.id())
    edits.push_back({message.id().begin(), message.id().end(), std::string(id)});
  if (message.method() == wire::Method::n_progress) {
    const wire::JsonValue token = message.params()["progressToken"];
    edits.push_back({token.begin(), token.end(), std::string(id)});
  }
  remove_members(
      message.result(),
      [](std::string_view name) {
        return name == "resultType" || name == "ttlMs" || name == "cacheScope";
      },
      edits);
  if (message.is_notification())
    remove_members(
        message.params()["_meta"],
        [](std::string_view name) { return name == "io.modelcontextprotocol/subscriptionId"; },
        edits);
  return edited(message, std::move(edits));
}

Expected<std::vector<Question>> questions(const wire::Message& result, std::string_view id_prefix) {
  const auto wrong = [](std::string_view why) {
    return failure("upstream.answer", Fault::server,
                   "a result that asks for input " + std::string(why));
  };
  const wire::JsonValue asked = result.result()["inputRequests"];
  if (asked && !asked.is_object()) return wrong("without questions");
  if (asked && asked.size() > kQuestions) return wrong("with too many questions");
  std::vector<Question> made;
  if (!asked) return made;
  for (const auto& [name, request, name_value] : asked.members()) {
    Question question;
    question.key = name_value.raw();
    question.method = wire::method_from(request["method"].text());
    if (wire::sender_of(question.method) != wire::Sender::server ||
        wire::is_notification(question.method))
      return wrong("by what is no question");
    const std::string id =
        wire::json_quote(std::string(id_prefix) + "-" + std::to_string(made.size()));
    const wire::JsonValue params = request["params"];
    question.text = wire::make_request(id, question.method,
                                       params.is_object() ? params.raw() : std::string_view());
    made.push_back(std::move(question));
  }
  return made;
}

std::string answered_request(const wire::Message& request, std::string_view id,
                             std::string_view answers, std::string_view state) {
  std::string members;
  if (!answers.empty()) members = R"("inputResponses":{)" + std::string(answers) + "}";
  if (!state.empty())
    members = joined(std::move(members), R"("requestState":)" + std::string(state));
  std::vector<wire::Edit> edits;
  edits.push_back({request.id().begin(), request.id().end(), std::string(id)});
  if (const wire::JsonValue token = request.progress_token())
    edits.push_back({token.begin(), token.end(), std::string(id)});
  if (!members.empty()) edits.push_back(add_members(request.params(), std::move(members)));
  return edited(request, std::move(edits));
}

std::string listen_request(std::string_view id, const StatelessClient& client,
                           const wire::JsonValue& server_capabilities,
                           const std::vector<std::string>& uris) {
  std::string wanted;
  const auto changes = [&](std::string_view feature, std::string_view name) {
    if (server_capabilities[feature]["listChanged"].boolean().value_or(false))
      wanted = joined(std::move(wanted), "\"" + std::string(name) + "\":true");
  };
  changes("tools", "toolsListChanged");
  changes("prompts", "promptsListChanged");
  changes("resources", "resourcesListChanged");
  if (!uris.empty()) {
    std::string list;
    for (const std::string& uri : uris) list = joined(std::move(list), wire::json_quote(uri));
    wanted = joined(std::move(wanted), R"("resourceSubscriptions":[)" + list + "]");
  }
  return wire::make_request(
      id, wire::Method::subscriptions_listen,
      R"({"_meta":{)" + meta_members(client) + R"(},"notifications":{)" + wanted + "}}");
}

}  // namespace doorward::net
