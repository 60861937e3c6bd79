// Which task a message belongs to: what budgets, loop counters and flow labels are kept by.
#pragma once

#include <chrono>
#include <string>

#include "core/exchange.h"

namespace doorward::core {

enum class TaskBy : uint8_t { session, principal, traceparent };

struct Tasks {
  TaskBy by = TaskBy::session;
  // A task without a session ends when its principal was quiet for so long.
  std::chrono::milliseconds window{30 * 60'000};
  bool operator==(const Tasks&) const = default;
};

struct Task {
  std::string key;         // the same for all messages of one task, never that of two principals
  bool by_window = false;  // ends by `Tasks::window`; otherwise it lives as long as its session
};

// The W3C trace id that the client sent (header or _meta), or "" where it is none.
[[nodiscard]] std::string_view trace_of(const Exchange& exchange);

// By session where there is one, else by principal and window. By traceparent: by the trace id that
// the client sends (header or _meta, W3C Trace Context), where it sends a valid one.
// "" without a principal. A client chooses its sessions and trace ids: a task bounds a confused
// model; what bounds a hostile client is kept by principal.
[[nodiscard]] Task task_of(const Exchange& exchange, const Tasks& tasks);

}  // namespace doorward::core
