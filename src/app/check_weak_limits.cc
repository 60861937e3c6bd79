// Limits that a configuration sets so high that they hold nothing any more.
#include "app/check_weak.h"
#include "app/config/units.h"

namespace doorward::app {

namespace {

using Ids = std::vector<std::string_view>;

// One section of limits, whose keys begin with `at`.
class Look {
 public:
  Look(std::string at, std::vector<Weakening>& found) : at_(std::move(at)), found_(found) {}

  void number(const char* key, uint64_t now, uint64_t usual, Ids of) {
    if (now / kFarBeyond > usual || now > usual * kFarBeyond)
      say(key, std::to_string(now), std::move(of));
  }
  void bytes(const char* key, uint64_t now, uint64_t usual, Ids of) {
    if (now > usual * kFarBeyond) say(key, size_text(now), std::move(of));
  }
  void time(const char* key, milliseconds now, milliseconds usual, Ids of) {
    if (now > usual * kFarBeyond) say(key, duration_text(now), std::move(of));
  }
  // A time that has to be long to hold something.
  void rest(const char* key, milliseconds now, milliseconds usual, Ids of) {
    if (now < usual / static_cast<int64_t>(kFarBeyond))
      found_.push_back({at_ + key + ": " + duration_text(now), "less than a tenth of the default",
                        std::move(of)});
  }
  void rate(const char* key, const Rate& now, const Rate& usual, bool of_bytes, Ids of) {
    if (now.per_second() > usual.per_second() * static_cast<double>(kFarBeyond))
      say(key, rate_text(now, of_bytes), std::move(of));
  }
  void cores(const char* key, double now, double usual, Ids of) {
    if (now > usual * static_cast<double>(kFarBeyond))
      say(key, std::to_string(static_cast<uint64_t>(now)), std::move(of));
  }

 private:
  void say(const char* key, const std::string& value, Ids of) {
    found_.push_back({at_ + key + ": " + value, "more than ten times the default", std::move(of)});
  }
  std::string at_;
  std::vector<Weakening>& found_;
};

void weak_general(const Limits& now, Look look) {
  const Limits usual;
  look.rate("calls.rate", now.calls.rate, usual.calls.rate, false, {"R2.6"});
  look.number("calls.burst", now.calls.burst, usual.calls.burst, {"R2.6"});
  look.number("concurrency", now.concurrency, usual.concurrency, {"R6.2"});
  look.number("tool_concurrency", now.tool_concurrency, usual.tool_concurrency, {"R6.2"});
  look.number("server_concurrency", now.server_concurrency, usual.server_concurrency,
              {"R6.2", "R6.6"});
  look.number("queue", now.queue, usual.queue, {"R6.2"});
  look.time("deadline", now.deadline, usual.deadline, {"R1.3", "R6.1"});
  look.bytes("message_bytes", now.message_bytes, usual.message_bytes, {"R6.4"});
  look.bytes("result_bytes", now.result_bytes, usual.result_bytes, {"R3.6", "R6.4"});
  look.number("depth", now.depth, usual.depth, {"R2.7", "R6.4"});
  look.bytes("buffers", now.buffers, usual.buffers, {"R6.4"});
  look.rate("bytes", now.bytes, usual.bytes, true, {"R6.3"});
  look.number("task_calls", now.task_calls, usual.task_calls, {"R2.5"});
  look.time("task_time", now.task_time, usual.task_time, {"R2.5"});
  look.number("repeat_failures", now.repeat_failures, usual.repeat_failures, {"R2.2", "R2.3"});
  look.rest("repeat_window", now.repeat_window, usual.repeat_window, {"R2.2", "R2.3"});
  look.rest("cooldown", now.cooldown, usual.cooldown, {"R2.2", "R2.3"});
  look.number("breaker_failures", now.breaker_failures, usual.breaker_failures, {"R2.4", "R6.6"});
  look.rest("breaker_cooldown", now.breaker_cooldown, usual.breaker_cooldown, {"R2.4", "R6.6"});
  look.number("sessions", now.sessions, usual.sessions, {"R6.8"});
  // The default follows the host's memory; this is the most that it is.
  constexpr uint64_t kMostByDefault = 1024;
  if (now.server_processes)
    look.number("server_processes", *now.server_processes, kMostByDefault, {"R6.2"});
  look.number("streams", now.streams, usual.streams, {"R6.8"});
  look.number("subscriptions", now.subscriptions, usual.subscriptions, {"R6.8"});
  look.rate("server_messages", now.server_messages, usual.server_messages, false, {"R6.8", "R8.5"});
  look.rate("server_requests", now.server_requests, usual.server_requests, false, {"R6.8"});
  look.rate("list_changes", now.list_changes, usual.list_changes, false, {"R6.8"});
  look.number("heavy_concurrency", now.heavy_concurrency, usual.heavy_concurrency, {"R6.5"});
  look.time("heavy_deadline", now.heavy_deadline, usual.heavy_deadline, {"R6.5"});
}

// `usual_at_a_time`: of a server, or of a tool.
void weak_own(const OwnLimits& now, uint32_t usual_at_a_time, Look look) {
  const Limits usual;
  if (now.calls) {
    look.rate("calls.rate", now.calls->rate, usual.calls.rate, false, {"R2.6"});
    look.number("calls.burst", now.calls->burst, usual.calls.burst, {"R2.6"});
  }
  if (now.concurrency) look.number("concurrency", *now.concurrency, usual_at_a_time, {"R6.2"});
  if (now.deadline) look.time("deadline", *now.deadline, usual.deadline, {"R1.3", "R6.1"});
  if (now.result_bytes)
    look.bytes("result_bytes", *now.result_bytes, usual.result_bytes, {"R3.6", "R6.4"});
  if (now.bytes) look.rate("bytes", *now.bytes, usual.bytes, true, {"R6.3"});
}

}  // namespace

void weak_limits(const Config& config, std::vector<Weakening>& found) {
  const Limits usual;
  weak_general(config.limits, {"limits.", found});
  if (config.catalog.probation.count() > 0) {
    const Calls& calls = config.catalog.probation_calls;
    const Calls on_probation = Catalog{}.probation_calls;
    Look look("catalog.probation_calls.", found);
    look.rate("rate", calls.rate, on_probation.rate, false, {"R11.5"});
    look.number("burst", calls.burst, on_probation.burst, {"R11.5"});
  }
  for (const auto& [name, server] : config.servers) {
    const std::string at = "servers." + name + ".";
    weak_own(server.limits, usual.server_concurrency, {at + "limits.", found});
    for (const auto& [tool, own] : server.tools) {
      std::string key = at;
      key.append("tools.").append(tool).append(".limits.");
      weak_own(own.limits, usual.tool_concurrency, {std::move(key), found});
    }
    if (!server.is_local()) continue;
    const SandboxLimits walls;
    Look look(at + "sandbox.limits.", found);
    look.bytes("memory", server.sandbox.limits.memory, walls.memory, {"R1.3"});
    look.number("processes", server.sandbox.limits.processes, walls.processes, {"R1.3"});
    look.cores("cpu", server.sandbox.limits.cpu, walls.cpu, {"R1.3"});
    look.bytes("disk", server.sandbox.limits.disk, walls.disk, {"R1.3"});
  }
}

}  // namespace doorward::app
