// All counts of a gateway, and how often each limit was reached. One for all threads; it outlives
// a reload.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <vector>

#include "limits/breakers.h"
#include "limits/failures.h"
#include "limits/retries.h"
#include "limits/slots.h"
#include "limits/task_counts.h"

namespace doorward::limits {

// What is counted on /metrics, in this order.
enum class Limit : uint8_t {
  rate,
  repeat_failure,
  loop,
  task_calls,
  task_time,
  circuit,
  principal_slots,
  tool_slots,
  server_slots,
  queue,
  byte_quota,
  heavy,
  notifications,
  server_requests,
  list_changes,
  subscriptions,
  retries,
  deadline,
  size,
  depth,
  memory,
  questions,
  sessions,
  processes,
};
inline constexpr std::array<std::string_view, 24> kLimitNames = {"rate",
                                                                 "repeat_failure",
                                                                 "loop",
                                                                 "task_calls",
                                                                 "task_time",
                                                                 "circuit",
                                                                 "principal_slots",
                                                                 "tool_slots",
                                                                 "server_slots",
                                                                 "queue",
                                                                 "byte_quota",
                                                                 "heavy",
                                                                 "notifications",
                                                                 "server_requests",
                                                                 "list_changes",
                                                                 "subscriptions",
                                                                 "retries",
                                                                 "deadline",
                                                                 "size",
                                                                 "depth",
                                                                 "memory",
                                                                 "questions",
                                                                 "sessions",
                                                                 "processes"};

struct Ledger {
  // Entries of each map; about 100 bytes each, those of tasks 600.
  struct Sizes {
    size_t buckets = 100'000, failures = 100'000, tasks = 20'000, breakers = 20'000;
  };
  Ledger() : Ledger(Sizes()) {}
  explicit Ledger(Sizes sizes)
      : calls(sizes.buckets),
        server_messages(sizes.buckets),
        bytes(sizes.buckets),
        failures(sizes.failures),
        tasks(sizes.tasks),
        breakers(sizes.breakers),
        retries(sizes.breakers),
        subscriptions(sizes.tasks) {}

  Buckets calls, server_messages;
  Volumes bytes;
  Failures failures;
  TaskCounts tasks;
  Breakers breakers;
  Retries retries;
  BoundedMap<std::vector<uint64_t>> subscriptions;  // hashes of URIs, by session
  Slots slots;

  void reached(Limit limit) {
    reached_[static_cast<size_t>(limit)].fetch_add(1, std::memory_order_relaxed);
  }
  // The limits that no guard holds: they are known by the reason of the refusal. Any other reason
  // counts nowhere.
  void refused(std::string_view reason);
  [[nodiscard]] uint64_t times(Limit limit) const {
    return reached_[static_cast<size_t>(limit)].load(std::memory_order_relaxed);
  }
  std::atomic<uint64_t> circuits_opened{0}, repeated{0};
  // Prometheus text, names below `doorward_`.
  void append_metrics(std::string& out) const;

 private:
  std::array<std::atomic<uint64_t>, kLimitNames.size()> reached_{};
};

}  // namespace doorward::limits
