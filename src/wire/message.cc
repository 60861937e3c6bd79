#include "wire/message.h"

#include <algorithm>
#include <utility>

#include "wire/method.h"

namespace doorward::wire {
namespace {

constexpr size_t kIdBytes = 256;
constexpr size_t kMethodBytes = 256;
constexpr size_t kBatch = 100;

constexpr std::string_view kEnvelope[] = {"jsonrpc", "id", "method", "params", "result", "error"};
constexpr std::string_view kMetaMember[] = {"_meta"};
constexpr std::string_view kMeta[] = {"progressToken",
                                      "traceparent",
                                      "tracestate",
                                      "baggage",
                                      "io.modelcontextprotocol/protocolVersion",
                                      "io.modelcontextprotocol/clientCapabilities",
                                      "io.modelcontextprotocol/clientInfo",
                                      "io.modelcontextprotocol/serverInfo",
                                      "io.modelcontextprotocol/logLevel",
                                      "io.modelcontextprotocol/subscriptionId",
                                      "io.modelcontextprotocol/related-task",
                                      "io.modelcontextprotocol/tasks",
                                      "io.doorward/prompt",
                                      "io.doorward/decision"};
constexpr std::string_view kReference[] = {"type", "name", "uri"};
constexpr std::string_view kArgument[] = {"name", "value"};
constexpr std::string_view kContext[] = {"arguments"};
constexpr std::string_view kError[] = {"code", "message", "data"};
// Of every result of every revision: which one it is, only the request says.
constexpr std::string_view kResult[] = {"_meta",
                                        "action",
                                        "cacheScope",
                                        "capabilities",
                                        "completion",
                                        "content",
                                        "contents",
                                        "description",
                                        "inputRequests",
                                        "instructions",
                                        "isError",
                                        "messages",
                                        "model",
                                        "nextCursor",
                                        "prompts",
                                        "protocolVersion",
                                        "requestState",
                                        "resources",
                                        "resourceTemplates",
                                        "resultType",
                                        "role",
                                        "roots",
                                        "serverInfo",
                                        "status",
                                        "statusMessage",
                                        "stopReason",
                                        "structuredContent",
                                        "supportedVersions",
                                        "task",
                                        "taskId",
                                        "tasks",
                                        "tools",
                                        "ttl",
                                        "ttlMs"};

std::unexpected<Error> refuse(std::string code, std::string what) {
  return failure(std::move(code), Fault::client, std::move(what));
}

bool is_among(std::string_view name, Names known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

// The first known name that a member of `object` imitates, "" when none does.
std::string_view imitated(JsonValue object, Names known, Names also = {}) {
  for (const auto& member : object.members()) {
    if (is_among(member.name, known) || is_among(member.name, also)) continue;
    for (const Names names : {known, also})
      for (const std::string_view name : names)
        if (is_look_alike_name(member.name, name)) return name;
  }
  return {};
}

// A string of 1 to 256 bytes, or an integer without fraction, exponent or sign before zero.
bool is_id(JsonValue value) {
  if (value.is_string()) return !value.text().empty() && value.text().size() <= kIdBytes;
  const std::string_view raw = value.raw();
  return value.is_number() && raw.size() <= kIdBytes && raw != "-0" &&
         raw.find_first_of(".eE") == raw.npos;
}

struct Envelope {
  JsonValue version, id, method, params, result, error;
};

Expected<Envelope> read_envelope(JsonValue root) {
  Envelope envelope;
  for (const auto& [name, value, ignored] : root.members()) {
    if (name == "jsonrpc")
      envelope.version = value;
    else if (name == "id")
      envelope.id = value;
    else if (name == "method")
      envelope.method = value;
    else if (name == "params")
      envelope.params = value;
    else if (name == "result")
      envelope.result = value;
    else if (name == "error")
      envelope.error = value;
    else if (const auto known = imitated(root, kEnvelope); !known.empty())
      return refuse("rpc.envelope", "member that looks like `" + std::string(known) + "`");
    else
      return refuse("rpc.envelope", "unknown member of the message");
  }
  if (envelope.version.text() != "2.0") return refuse("rpc.version", "`jsonrpc` is not `2.0`");
  return envelope;
}

Expected<void> check_imitation(JsonValue object, Names known, std::string_view where,
                               Names also = {}) {
  const std::string_view name = imitated(object, known, also);
  if (name.empty()) return {};
  return refuse("rpc.look_alike", "member of `" + std::string(where) + "` that looks like `" +
                                      std::string(name) + "`");
}

Expected<void> check_params(Method method, JsonValue params) {
  if (params && !params.is_object()) return refuse("rpc.params", "`params` is not an object");
  if (method == Method::n_progress && !is_id(params["progressToken"]))
    return refuse("rpc.params", "`progressToken` is neither a short string nor an integer");
  if (!params) return {};
  if (auto good = check_imitation(params, known_params(method), "params", kMetaMember); !good)
    return good;
  const JsonValue meta = params["_meta"];
  if (meta && !meta.is_object()) return refuse("rpc.params", "`_meta` is not an object");
  if (auto good = check_imitation(meta, kMeta, "_meta"); !good) return good;
  if (const JsonValue token = meta["progressToken"]; token && !is_id(token))
    return refuse("rpc.params", "`progressToken` is neither a short string nor an integer");
  if (method == Method::n_cancelled && params["requestId"] && !is_id(params["requestId"]))
    return refuse("rpc.params", "`requestId` is neither a short string nor an integer");
  if (method != Method::completion_complete) return {};
  if (auto good = check_imitation(params["ref"], kReference, "ref"); !good) return good;
  if (auto good = check_imitation(params["argument"], kArgument, "argument"); !good) return good;
  return check_imitation(params["context"], kContext, "context");
}

Expected<MessageKind> check_call(const Envelope& e, Method method) {
  if (e.result || e.error) return refuse("rpc.shape", "a method beside a result or an error");
  const std::string_view name = e.method.text();
  if (name.empty() || name.size() > kMethodBytes)
    return refuse("rpc.method", "`method` is not a string of 1 to 256 bytes");
  if (e.id && !is_id(e.id))
    return refuse("rpc.id", "`id` is neither a string of 1 to 256 bytes nor an integer");
  // A request without an id would be carried out unanswered and uncounted.
  if (method != Method::unknown && is_notification(method) == static_cast<bool>(e.id))
    return refuse("rpc.id", "`" + std::string(name) + (e.id ? "` with an id" : "` without an id"));
  if (auto good = check_params(method, e.params); !good)
    return std::unexpected(std::move(good.error()));
  return e.id ? MessageKind::request : MessageKind::notification;
}

Expected<MessageKind> check_reply(const Envelope& e) {
  if (e.params || static_cast<bool>(e.result) == static_cast<bool>(e.error))
    return refuse("rpc.shape", "not one of a method, a result and an error");
  const bool without_id = !e.id || e.id.is_null();
  if (without_id ? !e.error : !is_id(e.id))
    return refuse("rpc.id", "`id` is neither a string of 1 to 256 bytes nor an integer");
  if (e.result) {
    if (!e.result.is_object()) return refuse("rpc.shape", "`result` is not an object");
    if (auto good = check_imitation(e.result, kResult, "result"); !good)
      return std::unexpected(std::move(good.error()));
    if (auto good = check_imitation(e.result["_meta"], kMeta, "_meta"); !good)
      return std::unexpected(std::move(good.error()));
    return MessageKind::response;
  }
  if (!e.error.is_object() || !e.error["message"].is_string() || !e.error["code"].integer() ||
      e.error["code"].raw().find_first_of(".eE") != std::string_view::npos)
    return refuse("rpc.error", "`error` without an integer `code` or a string `message`");
  if (auto good = check_imitation(e.error, kError, "error"); !good)
    return std::unexpected(std::move(good.error()));
  return MessageKind::error;
}

}  // namespace

Expected<Message> Message::parse(std::string buffer, const JsonLimits& limits) {
  auto document = JsonDocument::parse(std::move(buffer), limits);
  if (!document) return std::unexpected(std::move(document.error()));
  Message message;
  message.document_ = std::make_unique<const JsonDocument>(std::move(*document));
  message.root_ = message.document_->root();
  if (!message.root_.is_object())
    return refuse("rpc.not_object", message.root_.is_array() ? "a batch, not a single message"
                                                             : "the message is not an object");
  const auto envelope = read_envelope(message.root_);
  if (!envelope) return std::unexpected(envelope.error());
  message.method_ = method_from(envelope->method.text());
  const auto kind =
      envelope->method ? check_call(*envelope, message.method_) : check_reply(*envelope);
  if (!kind) return std::unexpected(kind.error());
  message.kind_ = *kind;
  message.id_ = envelope->id;
  message.params_ = envelope->params;
  message.result_ = envelope->result;
  message.error_ = envelope->error;
  return message;
}

std::string_view Message::method_name() const {
  return root_["method"].text();
}

JsonValue Message::meta() const {
  return params_ ? params_["_meta"] : result_["_meta"];
}

std::string_view Message::target() const {
  if (method_ == Method::completion_complete) {
    const JsonValue reference = params_["ref"];
    const std::string_view type = reference["type"].text();
    if (type == "ref/prompt") return reference["name"].text();
    return type == "ref/resource" ? reference["uri"].text() : std::string_view();
  }
  const std::string_view member = target_member(method_);
  return member.empty() ? std::string_view() : params_[member].text();
}

JsonValue Message::arguments() const {
  return params_["arguments"];
}

JsonValue Message::progress_token() const {
  return params_["_meta"]["progressToken"];
}

Expected<std::vector<std::string>> split_batch(std::string buffer, const JsonLimits& limits) {
  const auto document = JsonDocument::parse(std::move(buffer), limits);
  if (!document) return std::unexpected(document.error());
  const JsonValue root = document->root();
  if (!root.is_array()) return refuse("rpc.not_object", "not a batch");
  if (root.size() == 0) return refuse("rpc.batch_empty", "a batch without messages");
  if (root.size() > kBatch)
    return refuse("rpc.batch_size",
                  "`" + std::to_string(root.size()) + "` messages in a batch, the limit is `100`");
  std::vector<std::string> messages;
  messages.reserve(root.size());
  for (const JsonValue item : root.items()) messages.emplace_back(item.raw());
  return messages;
}

}  // namespace doorward::wire
