// Calls of a task: how many, since when, and the last ones, to see a model that goes in circles.
#pragma once

#include <array>

#include "limits/bucket.h"

namespace doorward::limits {

struct TaskRules {
  uint32_t calls = 500;
  std::chrono::milliseconds time{24 * 3'600'000};
  // A task of a session is over when it was quiet so long; one without a session lasts so long.
  std::chrono::milliseconds window{30 * 60'000};
  std::chrono::milliseconds cooldown{30'000};  // of a call that was part of a circle
  // The same call, its answer unchanged, nothing else in between: a poll that leads nowhere.
  [[nodiscard]] uint32_t polls() const { return std::max(calls / 5, 20u); }
};

struct TaskRef {
  Key owner, task;
  bool by_window = false;
};

class TaskCounts {
 public:
  explicit TaskCounts(size_t capacity) : tasks_(capacity) {}

  enum class Stop : uint8_t { none, calls, time };
  struct Budget {
    Stop stop = Stop::none;
    std::optional<Seconds> retry = std::nullopt;  // when waiting has made a new task
    uint32_t used = 0;                            // of the task's calls, before this one
  };
  // What a call of this cost would meet; nothing is changed.
  [[nodiscard]] Budget look(const TaskRef& of, const TaskRules& rules, uint32_t cost,
                            SteadyTime now);
  // The same, and takes it.
  [[nodiscard]] Budget take(const TaskRef& of, const TaskRules& rules, uint32_t cost,
                            SteadyTime now);
  void give_back(const TaskRef& of, uint32_t cost);

  // Calls in circles: A-B-A-B, up to kLongest different calls, each with the answer it had before,
  // kTurns times; or one call polled without change.
  static constexpr size_t kLongest = 8, kTurns = 3;
  struct Done {
    uint64_t call = 0;    // fingerprint
    uint64_t answer = 0;  // hash of its result; one value for all failures
    bool operator==(const Done&) const = default;
  };
  // How long this call is refused because it would go round once more; nothing otherwise.
  [[nodiscard]] std::optional<Seconds> circles(const TaskRef& of, const TaskRules& rules,
                                               uint64_t call, SteadyTime now);
  // The circle was told of: its calls stay refused for the cool-down.
  void stop_circle(const TaskRef& of, const TaskRules& rules, uint64_t call, SteadyTime now);
  void began(const TaskRef& of);
  // Calls that overlap are no circle of a model, which waits for one answer before the next call.
  void ended(const TaskRef& of);
  void answered(const TaskRef& of, Done done);

  [[nodiscard]] size_t size() const { return tasks_.size(); }

 private:
  struct Task {
    uint32_t used = 0, under_way = 0, polls = 0;
    SteadyTime first{}, last{};
    std::array<Done, kLongest * kTurns> ring{};
    uint32_t length = 0;  // of what is in the ring, at most its size
    uint32_t next = 0;
    std::array<uint64_t, kLongest> stopped{};
    uint32_t stopped_count = 0;
    SteadyTime stopped_until{};

    [[nodiscard]] const Done& back(size_t i) const {  // 1 is the last
      return ring[(next + ring.size() - i) % ring.size()];
    }
    // The length of the circle that `call` would continue; 0 for none.
    [[nodiscard]] size_t circle(uint64_t call, uint32_t most_polls) const;
  };
  // When the task ends if nothing more is sent.
  static SteadyTime end_of(const Task& task, const TaskRef& of, const TaskRules& rules);
  static bool is_over(const Task& task, const TaskRef& of, const TaskRules& rules, SteadyTime now);
  static Budget judge(const Task& task, const TaskRef& of, const TaskRules& rules, uint32_t cost,
                      SteadyTime now);
  BoundedMap<Task> tasks_;
};

}  // namespace doorward::limits
