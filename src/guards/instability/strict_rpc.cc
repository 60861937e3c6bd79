#include "guards/instability/strict_rpc.h"

namespace doorward::guards {

using core::Answer;
using core::Stage;
using core::Verdict;

const core::GuardFacts& StrictRpc::facts() const {
  static constexpr core::GuardFacts kFacts{
      "instability.strict_rpc", core::Area::instability,
      core::stages(Stage::request, Stage::response, Stage::server_message, Stage::client_reply),
      false};
  return kFacts;
}

namespace {

Verdict unparsed(const Error& error) {
  Verdict verdict = core::deny("instability.strict_rpc", "R2.7",
                               "The message is not valid: " + error.what + ". Correct it.",
                               Answer::invalid_request);
  verdict.detail = error.code;
  const std::string_view code = error.code;
  if (code == "json.size" || code == "json.depth" || code == "json.nodes" || code == "json.items") {
    verdict.reason = code == "json.depth" ? "overload.depth" : "overload.size";
    verdict.requirement = "R6.4";
    verdict.answer = Answer::too_large;
    verdict.text = "The message is too large: " + error.what + ". Send less at once.";
  } else if (code.starts_with("json.")) {
    verdict.answer = Answer::parse_error;
  }
  return verdict;
}

// What every revision says of a tool's result; `content` may be absent, as in practice it is.
bool is_tool_result(const wire::JsonValue& result) {
  const wire::JsonValue content = result["content"];
  if (content && !content.is_array()) return false;
  if (content)
    for (const wire::JsonValue part : content.items())
      if (!part["type"].is_string()) return false;
  const wire::JsonValue error = result["isError"];
  return result.is_object() && (!error || error.is_boolean());
}

// The member of `params` that a request can't do without, where it has to be a text; "" for none.
std::string_view required_text(wire::Method method) {
  using wire::Method;
  switch (method) {
    case Method::tools_call:
    case Method::prompts_get:
      return "name";
    case Method::resources_read:
    case Method::resources_subscribe:
    case Method::resources_unsubscribe:
      return "uri";
    case Method::logging_set_level:
      return "level";
    default:
      return {};
  }
}

// What `params` lacks; "" when it is whole.
std::string missing_of(const wire::Message& request) {
  if (request.method() == wire::Method::completion_complete) {
    const wire::JsonValue argument = request.params()["argument"];
    if (request.params()["ref"].is_object() && argument["name"].is_string() &&
        argument["value"].is_string())
      return {};
    return "`ref`, and `argument` with a name and a value";
  }
  const std::string_view needed = required_text(request.method());
  if (needed.empty()) return {};
  if (request.params()[needed].is_string()) return {};
  return "`" + std::string(needed) + "` as a text";
}

Verdict wrong(std::string text, Answer answer) {
  return core::deny("instability.strict_rpc", "R2.7", std::move(text), answer);
}

}  // namespace

Verdict StrictRpc::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.parse_error != nullptr) return unparsed(*exchange.parse_error);
  if (exchange.message == nullptr) return core::pass();  // the pipeline refuses that itself
  const wire::Message& message = *exchange.message;
  const bool from_client =
      exchange.stage == Stage::request || exchange.stage == Stage::client_reply;
  if (message.is_reply()) {
    if (exchange.stage == Stage::response && exchange.request != nullptr &&
        exchange.request->method() == wire::Method::tools_call && message.result() &&
        !is_tool_result(message.result()))
      return wrong(
          "The server's answer is no result of a tool. Don't repeat the call; tell the "
          "person who runs the server.",
          Answer::bad_upstream);
    if (exchange.stage == Stage::response || exchange.stage == Stage::client_reply)
      return core::pass();
    return wrong("A reply came where none is due.", Answer::invalid_request);
  }
  if (exchange.stage == Stage::response || exchange.stage == Stage::client_reply)
    return wrong("A reply is due here.", Answer::invalid_request);
  if (exchange.id_reused)
    return wrong("This id was used before in the session. Give every request an id of its own.",
                 Answer::invalid_request);
  const wire::Method method = message.method();
  const wire::Sender sender = wire::sender_of(method);
  const bool may_send =
      sender == wire::Sender::either || (sender == wire::Sender::client) == from_client;
  if (method == wire::Method::unknown || !may_send || exchange.protocol.method_removed ||
      wire::is_notification(method) != message.is_notification())
    return wrong("There is no such method.", Answer::unknown_method);
  if (const std::string missing = missing_of(message); !missing.empty())
    return wrong("Invalid params: a `" + std::string(message.method_name()) + "` needs " + missing +
                     " in `params`. Send it so.",
                 Answer::invalid_params);
  return core::pass();
}

}  // namespace doorward::guards
