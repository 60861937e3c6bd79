#include "limits/marks.h"

#include <cstring>
#include <optional>

namespace doorward::limits {

namespace {
constexpr std::string_view kMark = "limits.mark";

// The keys of one message, for all guards that count it.
struct Keys {
  const core::Principal* principal = nullptr;
  std::optional<Key> owner;
  core::Tasks tasks;
  std::optional<TaskRef> task;
};

Keys& keys_of(const core::Exchange& exchange, core::Notes& notes) {
  Keys& keys = notes.of_message.of<Keys>();
  if (keys.principal != exchange.principal) keys = Keys{.principal = exchange.principal};
  return keys;
}

}  // namespace

Key owner_of(const core::Exchange& exchange) {
  if (exchange.principal == nullptr) return key_of({"nobody"});
  return key_of({exchange.principal->user, exchange.principal->agent});
}

Key owner_of(const core::Exchange& exchange, core::Notes& notes) {
  Keys& keys = keys_of(exchange, notes);
  if (!keys.owner) keys.owner = owner_of(exchange);
  return *keys.owner;
}

TaskRef task_ref(const core::Exchange& exchange, const core::Tasks& tasks, core::Notes& notes) {
  const Key owner = owner_of(exchange, notes);
  Keys& keys = keys_of(exchange, notes);
  if (!keys.task || keys.tasks != tasks) {
    const core::Task task = core::task_of(exchange, tasks);
    keys.tasks = tasks;
    keys.task = TaskRef{owner, key_of({task.key}), task.by_window};
  }
  return *keys.task;
}

Fingerprint mark_of(const core::Exchange& exchange, core::Notes& notes) {
  Fingerprint mark;
  constexpr size_t kSize = sizeof mark.key.high + sizeof mark.key.low;
  if (const auto known = notes.values.find(kMark); known != notes.values.end()) {
    std::memcpy(&mark.key.high, known->second.data(), sizeof mark.key.high);
    std::memcpy(&mark.key.low, known->second.data() + sizeof mark.key.high, sizeof mark.key.low);
    mark.masked = known->second.size() > kSize;
    return mark;
  }
  mark = fingerprint_of(exchange.server, *exchange.request);
  std::string held(kSize, '\0');
  std::memcpy(held.data(), &mark.key.high, sizeof mark.key.high);
  std::memcpy(held.data() + sizeof mark.key.high, &mark.key.low, sizeof mark.key.low);
  if (mark.masked) held += 'm';
  notes.values.emplace(kMark, std::move(held));
  return mark;
}

bool is_work(const wire::Message& request) {
  using wire::Method;
  switch (request.method()) {
    case Method::tools_call:
    case Method::resources_read:
    case Method::prompts_get:
    case Method::completion_complete:
      return true;
    default:
      return false;
  }
}

std::string_view tool_of(const wire::Message& request) {
  return request.method() == wire::Method::tools_call ? request.target() : std::string_view();
}

std::string_view subject_of(const wire::Message& request) {
  return request.method() == wire::Method::tools_call ? request.target() : request.method_name();
}

}  // namespace doorward::limits
