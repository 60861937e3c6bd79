// JSON-RPC 2.0 and MCP messages as one era-neutral value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wire/json.h"

namespace doorward::wire {

enum class MessageKind : uint8_t { request, notification, response, error };

// Every method of every revision; `unknown` carries its name in Message::method_name().
enum class Method : uint8_t {
  unknown,
  initialize,
  ping,
  discover,
  tools_list,
  tools_call,
  resources_list,
  resources_read,
  resources_templates_list,
  resources_subscribe,
  resources_unsubscribe,
  prompts_list,
  prompts_get,
  completion_complete,
  logging_set_level,
  subscriptions_listen,
  tasks_get,
  tasks_result,
  tasks_list,
  tasks_cancel,
  tasks_update,
  sampling_create_message,
  elicitation_create,
  roots_list,
  n_initialized,
  n_cancelled,
  n_progress,
  n_message,
  n_tools_list_changed,
  n_resources_list_changed,
  n_prompts_list_changed,
  n_resources_updated,
  n_roots_list_changed,
  n_elicitation_complete,
  n_tasks_status,
  n_tasks,
  n_subscriptions_acknowledged,
};

[[nodiscard]] std::string_view method_text(Method method);  // "tools/call"; "" for unknown
[[nodiscard]] Method method_from(std::string_view text);
[[nodiscard]] bool is_notification(Method method);
// Which side may send it: a client's request or notification, a server's, or either.
enum class Sender : uint8_t { client, server, either };
[[nodiscard]] Sender sender_of(Method method);

// One JSON-RPC message over the document that it was parsed to. Move-only; views into it stay
// valid when it is moved, because the document lives on the heap.
class Message {
 public:
  // Errors (all Fault of the sender): those of JsonDocument::parse, and rpc.not_object (a batch
  // included), rpc.version, rpc.envelope (unknown or look-alike member), rpc.id (null, fractional,
  // over 256 bytes, wrong type), rpc.method, rpc.params (not an object), rpc.shape (result and
  // error both, or neither), rpc.error (no integer code or string message),
  // rpc.look_alike (a member of params, _meta, result or error that imitates a known one). A known
  // request without an id, or a known notification with one, is rpc.id.
  [[nodiscard]] static Expected<Message> parse(std::string buffer, const JsonLimits& = {});

  [[nodiscard]] MessageKind kind() const { return kind_; }
  [[nodiscard]] bool is_request() const { return kind_ == MessageKind::request; }
  [[nodiscard]] bool is_notification() const { return kind_ == MessageKind::notification; }
  [[nodiscard]] bool is_reply() const {
    return kind_ == MessageKind::response || kind_ == MessageKind::error;
  }
  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] std::string_view method_name() const;
  [[nodiscard]] JsonValue id() const { return id_; }          // empty view for a notification
  [[nodiscard]] JsonValue params() const { return params_; }  // empty view when absent
  [[nodiscard]] JsonValue result() const { return result_; }
  [[nodiscard]] JsonValue error() const { return error_; }
  [[nodiscard]] JsonValue meta() const;  // params._meta or result._meta
  // params.name of tools/call and prompts/get, params.uri of resources/*, params.ref.name|uri of
  // completion/complete, params.taskId of tasks/*; "" elsewhere.
  [[nodiscard]] std::string_view target() const;
  [[nodiscard]] JsonValue arguments() const;       // params.arguments
  [[nodiscard]] JsonValue progress_token() const;  // params._meta.progressToken
  [[nodiscard]] std::string_view bytes() const { return document_->buffer(); }
  [[nodiscard]] const JsonDocument& document() const { return *document_; }

 private:
  std::unique_ptr<const JsonDocument> document_;
  JsonValue root_, id_, params_, result_, error_;
  MessageKind kind_ = MessageKind::request;
  Method method_ = Method::unknown;
};

// Splits a JSON array of messages into the raw text of its elements (revision 2025-03-26 only).
// Errors: those of parse; rpc.batch_empty, rpc.batch_size (over 100).
[[nodiscard]] Expected<std::vector<std::string>> split_batch(std::string buffer,
                                                             const JsonLimits& = {});

// Builders for messages that Doorward makes itself. `id` is raw JSON.
[[nodiscard]] std::string make_error(std::string_view id, int code, std::string_view message,
                                     std::string_view data = {});
[[nodiscard]] std::string make_result(std::string_view id, std::string_view result);
[[nodiscard]] std::string make_request(std::string_view id, Method, std::string_view params);
[[nodiscard]] std::string make_notification(Method, std::string_view params);

}  // namespace doorward::wire
