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
  Text text;
  Text target;
  Names params;
  Method method;
  Sender sender;
};

// In the order of the enumeration.
constexpr Row kRows[] = {
    {"", "", {}, unknown, Sender::either},
    {"initialize", "", kInitialize, initialize, Sender::client},
    {"ping", "", {}, ping, Sender::either},
    {"server/discover", "", {}, discover, Sender::client},
    {"tools/list", "", kCursor, tools_list, Sender::client},
    {"tools/call", "name", kCall, tools_call, Sender::client},
    {"resources/list", "", kCursor, resources_list, Sender::client},
    {"resources/read", "uri", kRead, resources_read, Sender::client},
    {"resources/templates/list", "", kCursor, resources_templates_list, Sender::client},
    {"resources/subscribe", "uri", kUri, resources_subscribe, Sender::client},
    {"resources/unsubscribe", "uri", kUri, resources_unsubscribe, Sender::client},
    {"prompts/list", "", kCursor, prompts_list, Sender::client},
    {"prompts/get", "name", kPrompt, prompts_get, Sender::client},
    {"completion/complete", "", kComplete, completion_complete, Sender::client},
    {"logging/setLevel", "", kLevel, logging_set_level, Sender::client},
    {"subscriptions/listen", "", kListen, subscriptions_listen, Sender::client},
    {"tasks/get", "taskId", kTask, tasks_get, Sender::either},
    {"tasks/result", "taskId", kTask, tasks_result, Sender::either},
    {"tasks/list", "", kCursor, tasks_list, Sender::either},
    {"tasks/cancel", "taskId", kTask, tasks_cancel, Sender::either},
    {"tasks/update", "taskId", kTaskUpdate, tasks_update, Sender::either},
    {"sampling/createMessage", "", kSample, sampling_create_message, Sender::server},
    {"elicitation/create", "", kElicit, elicitation_create, Sender::server},
    {"roots/list", "", {}, roots_list, Sender::server},
    {"notifications/initialized", "", {}, n_initialized, Sender::client},
    {"notifications/cancelled", "", kCancelled, n_cancelled, Sender::either},
    {"notifications/progress", "", kProgress, n_progress, Sender::either},
    {"notifications/message", "", kLog, n_message, Sender::server},
    {"notifications/tools/list_changed", "", {}, n_tools_list_changed, Sender::server},
    {"notifications/resources/list_changed", "", {}, n_resources_list_changed, Sender::server},
    {"notifications/prompts/list_changed", "", {}, n_prompts_list_changed, Sender::server},
    {"notifications/resources/updated", "uri", kUri, n_resources_updated, Sender::server},
    {"notifications/roots/list_changed", "", {}, n_roots_list_changed, Sender::client},
    {"notifications/elicitation/complete", "", kElicited, n_elicitation_complete, Sender::server},
    {"notifications/tasks/status", "taskId", kTaskState, n_tasks_status, Sender::either},
    {"notifications/tasks", "taskId", kTaskState, n_tasks, Sender::server},
    {"notifications/subscriptions/acknowledged", "", kListen, n_subscriptions_acknowledged,
     Sender::server},
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
