// The section `limits`, and the tighter limits of one server or tool.
#include "app/config/sections.h"
#include "app/config/types.h"

namespace doorward::app {

const Type<Calls>& calls_type() {
  static const Type<Calls> type =
      Section<Calls>()
          .key("rate", &Calls::rate, call_rate(), "Calls that come back over time.")
          .key("burst", &Calls::burst, count<uint64_t>(1, 1'000'000), "Calls at once.")
          .done();
  return type;
}

const Type<OwnLimits>& own_limits_type() {
  static const Type<OwnLimits> type =
      Section<OwnLimits>()
          .key("calls", &OwnLimits::calls, maybe(calls_type()),
               "Token bucket, per principal and tool.")
          .key("concurrency", &OwnLimits::concurrency, maybe(count<uint32_t>(1, 65536)),
               "Calls at a time.")
          .key("deadline", &OwnLimits::deadline, maybe(duration()), "Hard time of one call.")
          .key("result_bytes", &OwnLimits::result_bytes, maybe(size()), "Size of one result.")
          .key("bytes", &OwnLimits::bytes, maybe(byte_rate()), "Volume of results, per principal.")
          .key("cost", &OwnLimits::cost, maybe(count<uint32_t>(1, 10'000)),
               "How many calls of `task_calls` one call counts as.")
          .done();
  return type;
}

const Type<Limits>& limits_type() {
  static const Type<Limits> type =
      Section<Limits>()
          .key("calls", &Limits::calls, calls_type(), "Token bucket, per principal and tool.")
          .key("concurrency", &Limits::concurrency, count<uint32_t>(1, 65536),
               "Calls of one principal at a time.")
          .key("tool_concurrency", &Limits::tool_concurrency, count<uint32_t>(1, 65536),
               "Calls of one tool at a time.")
          .key("server_concurrency", &Limits::server_concurrency, count<uint32_t>(1, 65536),
               "Calls of one server at a time.")
          .key("queue", &Limits::queue, count<uint32_t>(0, 65536),
               "Calls of one server that may wait for a place.")
          .key("deadline", &Limits::deadline, duration(),
               "Hard time of one call; progress doesn't extend it.")
          .key("message_bytes", &Limits::message_bytes, size(), "Size of one message of a client.")
          .key("result_bytes", &Limits::result_bytes, size(), "Size of one result of a tool.")
          .key("depth", &Limits::depth, count<uint32_t>(8, 1024), "Nesting of one message.")
          .key("bytes", &Limits::bytes, byte_rate(), "Volume of results, per principal and tool.")
          .key("task_calls", &Limits::task_calls, count<uint32_t>(1, 1'000'000),
               "Calls of one task.")
          .key("task_time", &Limits::task_time, duration(), "Time in which a task may make calls.")
          .key("repeat_failures", &Limits::repeat_failures, count<uint32_t>(1, 1000),
               "How often the same call may fail before it is blocked.")
          .key("repeat_window", &Limits::repeat_window, duration(), "Time in which failures count.")
          .key("cooldown", &Limits::cooldown, duration(), "How long a blocked call stays blocked.")
          .key("breaker_failures", &Limits::breaker_failures, count<uint32_t>(1, 1000),
               "Failures of a server in a row before it is not called.")
          .key("breaker_cooldown", &Limits::breaker_cooldown, duration(),
               "Time before one call probes a failed server.")
          .key("breaker_percent", &Limits::breaker_percent, count<uint32_t>(1, 100),
               "Share of a server's calls that may fail before it is not called, in percent, of 60 "
               "calls in half a minute; 100 leaves failures in a row alone.")
          .key("retries", &Limits::retries, count<uint32_t>(0, 3),
               "How often a call that only reads, and is said to be idempotent, is sent once more "
               "when its answer was lost; 0 never.")
          .key("sessions", &Limits::sessions, count<uint32_t>(1, 65536),
               "Sessions of one principal.")
          .key("server_processes", &Limits::server_processes, maybe(count<uint32_t>(1, 65536)),
               "Processes of local servers at a time. Without it one for each 64 MiB of the memory "
               "that Doorward has, 96 at least and 1024 at most.")
          .key("streams", &Limits::streams, count<uint32_t>(1, 65536),
               "Streams of subscriptions that one principal may hold open.")
          .key("server_messages", &Limits::server_messages, call_rate(),
               "Notifications and log lines of one server.")
          .key("server_requests", &Limits::server_requests, call_rate(),
               "What one server may ask a client: elicitation, sampling, roots.")
          .key("list_changes", &Limits::list_changes, call_rate(),
               "How often one server may say that a list or a resource changed.")
          .key("subscriptions", &Limits::subscriptions, count<uint32_t>(1, 65536),
               "Resource subscriptions of one session.")
          .key("buffers", &Limits::buffers, size(),
               "Memory of all messages under way; beyond it nothing more is read.")
          .key("heavy_concurrency", &Limits::heavy_concurrency, count<uint32_t>(1, 65536),
               "Calls known as heavy, of one principal at a time.")
          .key("heavy_deadline", &Limits::heavy_deadline, duration(),
               "Hard time of a call known as heavy.")
          .key("adaptive", &Limits::adaptive, boolean(),
               "Lower the concurrency of a server that answers ever more slowly.")
          .done();
  return type;
}

}  // namespace doorward::app
