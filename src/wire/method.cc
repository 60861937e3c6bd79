// One table of all methods of all revisions, from the published schemas.
#include "wire/method.h"

#include <iterator>

namespace doorward::wire {
namespace {

using enum Method;
using Text = std::string_view;

constexpr Text kInitialize[] = {"protocolVersion", "capabilities", "clientInfo"};
constexpr Text kCursor[] = {"cursor"};
constexpr Text kCall[] = {"name", "arguments", "task", "inputResponses", "requestState"};
constexpr Text kPrompt[] = {"name", "arguments", "inputResponses", "requestState"};
constexpr Text kRead[] = {"uri", "inputResponses", "requestState"};
constexpr Text kUri[] = {"uri"};
constexpr Text kComplete[] = {"ref", "argument", "context"};
constexpr Text kLevel[] = {"level"};
constexpr Text kListen[] = {"notifications"};
constexpr Text kTask[] = {"taskId"};
constexpr Text kTaskUpdate[] = {"taskId", "inputResponses", "requestState"};
constexpr Text kTaskState[] = {"taskId",         "status", "statusMessage", "createdAt",
                               "lastUpdatedAt",  "ttl",    "ttlMs",         "pollInterval",
                               "pollIntervalMs", "result", "error",         "inputRequests"};
constexpr Text kSample[] = {"messages",    "modelPreferences", "systemPrompt",  "includeContext",
                            "temperature", "maxTokens",        "stopSequences", "metadata",
                            "tools",       "toolChoice",       "task"};
constexpr Text kElicit[] = {"mode", "message", "requestedSchema", "url", "elicitationId", "task"};
constexpr Text kCancelled[] = {"requestId", "reason"};
constexpr Text kProgress[] = {"progressToken", "progress", "total", "message"};
constexpr Text kLog[] = {"level", "logger", "data"};
constexpr Text kElicited[] = {"elicitationId"};

struct Row {
  Method method;
  Text text;
  Sender sender;
  Names params;
  Text target;
};

// In the order of the enumeration.
constexpr Row kRows[] = {
    {unknown, "", Sender::either, {}, ""},
    {initialize, "initialize", Sender::client, kInitialize, ""},
    {ping, "ping", Sender::either, {}, ""},
    {discover, "server/discover", Sender::client, {}, ""},
    {tools_list, "tools/list", Sender::client, kCursor, ""},
    {tools_call, "tools/call", Sender::client, kCall, "name"},
    {resources_list, "resources/list", Sender::client, kCursor, ""},
    {resources_read, "resources/read", Sender::client, kRead, "uri"},
    {resources_templates_list, "resources/templates/list", Sender::client, kCursor, ""},
    {resources_subscribe, "resources/subscribe", Sender::client, kUri, "uri"},
    {resources_unsubscribe, "resources/unsubscribe", Sender::client, kUri, "uri"},
    {prompts_list, "prompts/list", Sender::client, kCursor, ""},
    {prompts_get, "prompts/get", Sender::client, kPrompt, "name"},
    {completion_complete, "completion/complete", Sender::client, kComplete, ""},
    {logging_set_level, "logging/setLevel", Sender::client, kLevel, ""},
    {subscriptions_listen, "subscriptions/listen", Sender::client, kListen, ""},
    {tasks_get, "tasks/get", Sender::either, kTask, "taskId"},
    {tasks_result, "tasks/result", Sender::either, kTask, "taskId"},
    {tasks_list, "tasks/list", Sender::either, kCursor, ""},
    {tasks_cancel, "tasks/cancel", Sender::either, kTask, "taskId"},
    {tasks_update, "tasks/update", Sender::either, kTaskUpdate, "taskId"},
    {sampling_create_message, "sampling/createMessage", Sender::server, kSample, ""},
    {elicitation_create, "elicitation/create", Sender::server, kElicit, ""},
    {roots_list, "roots/list", Sender::server, {}, ""},
    {n_initialized, "notifications/initialized", Sender::client, {}, ""},
    {n_cancelled, "notifications/cancelled", Sender::either, kCancelled, ""},
    {n_progress, "notifications/progress", Sender::either, kProgress, ""},
    {n_message, "notifications/message", Sender::server, kLog, ""},
    {n_tools_list_changed, "notifications/tools/list_changed", Sender::server, {}, ""},
    {n_resources_list_changed, "notifications/resources/list_changed", Sender::server, {}, ""},
    {n_prompts_list_changed, "notifications/prompts/list_changed", Sender::server, {}, ""},
    {n_resources_updated, "notifications/resources/updated", Sender::server, kUri, "uri"},
    {n_roots_list_changed, "notifications/roots/list_changed", Sender::client, {}, ""},
    {n_elicitation_complete, "notifications/elicitation/complete", Sender::server, kElicited, ""},
    {n_tasks_status, "notifications/tasks/status", Sender::either, kTaskState, "taskId"},
    {n_tasks, "notifications/tasks", Sender::server, kTaskState, "taskId"},
    {n_subscriptions_acknowledged, "notifications/subscriptions/acknowledged", Sender::server,
     kListen, ""},
};

consteval bool rows_are_in_order() {
  for (size_t i = 0; i < std::size(kRows); ++i)
    if (static_cast<size_t>(kRows[i].method) != i) return false;
  return std::size(kRows) == static_cast<size_t>(n_subscriptions_acknowledged) + 1;
}
static_assert(rows_are_in_order());

const Row& row(Method method) {
  return kRows[static_cast<size_t>(method)];
}

}  // namespace

std::string_view method_text(Method method) {
  return row(method).text;
}

Method method_from(std::string_view text) {
  for (const Row& candidate : kRows)
    if (candidate.text == text) return candidate.method;
  return unknown;
}

bool is_notification(Method method) {
  return method >= n_initialized;
}

Sender sender_of(Method method) {
  return row(method).sender;
}

Names known_params(Method method) {
  return row(method).params;
}

std::string_view target_member(Method method) {
  return row(method).target;
}

}  // namespace doorward::wire
