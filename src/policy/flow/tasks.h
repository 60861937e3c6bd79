// The tasks of a gateway, each with its index: found by key, bounded in number, forgotten after a
// window without use. Labels are told to `remember` when they change, so that they can be kept over
// a restart; a task that was forgotten for want of room starts with the labels of what it had read.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/locked.h"
#include "core/task.h"
#include "policy/flow/index.h"

namespace doorward::policy::flow {

struct TaskLimits {
  std::chrono::milliseconds window{30 * 60'000};
  size_t tasks = 1'024;    // with an index, at most 256 KiB each
  size_t labels = 65'536;  // of tasks whose index was forgotten
};

class Tasks {
 public:
  using Remember = std::function<void(const core::Task&, const TaskLabels&, WallTime)>;
  explicit Tasks(TaskLimits limits, Remember remember = {});

  // Calls `use(TaskIndex&)` with the task of that key, which is made where there is none.
  template <class Use>
  void change(const core::Task& task, WallTime now, Use&& use) {
    TaskLabels after;
    bool changed = false;
    shard(task.key).with([&](Shard& held) {
      TaskIndex& index = find_or_make(held, task, now);
      const TaskLabels before = index.labels();
      std::forward<Use>(use)(index);
      after = index.labels();
      changed = !(before == after);
    });
    if (changed && remember_) remember_(task, after, now);
  }
  // Calls `look(const TaskIndex&)`; a task that is not there is an empty one.
  template <class Look>
  void look(const core::Task& task, WallTime now, Look&& look) const {
    shard(task.key).with(
        [&](Shard& held) { std::forward<Look>(look)(std::as_const(peek(held, task.key, now))); });
  }
  // From before a restart.
  void restore(const core::Task& task, const TaskLabels& labels, WallTime last_used);
  [[nodiscard]] size_t bytes() const;
  [[nodiscard]] size_t size() const;

 private:
  struct Entry {
    std::string key;
    bool by_window;
    WallTime used;
    TaskLabels labels;
    std::unique_ptr<TaskIndex> index;  // null: only the labels are left
  };
  struct Shard {
    std::list<Entry> entries;  // the one used last in front
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
    size_t indexed = 0;
    TaskIndex empty;
  };
  static constexpr size_t kShards = 16;
  [[nodiscard]] Locked<Shard>& shard(std::string_view key) const;
  TaskIndex& find_or_make(Shard& held, const core::Task& task, WallTime now);
  const TaskIndex& peek(Shard& held, std::string_view key, WallTime now) const;
  void make_room(Shard& held) const;
  [[nodiscard]] bool is_over(const Entry& entry, WallTime now) const;

  const TaskLimits limits_;
  const Remember remember_;
  mutable std::array<Locked<Shard>, kShards> shards_;
};

}  // namespace doorward::policy::flow
