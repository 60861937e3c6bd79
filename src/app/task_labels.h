// What tasks have read, kept over a restart: `state/tasks`, one JSON line for each change of
// labels. At 8 MiB the file becomes `tasks.old` and a new one is begun; both are read at start.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "base/locked.h"
#include "policy/flow/tasks.h"

namespace doorward::app {

class TaskLabelFile {
 public:
  // Errors: state.write.
  [[nodiscard]] static Expected<std::shared_ptr<TaskLabelFile>> open(
      const std::filesystem::path& folder);

  // Any thread. What can't be written is forgotten at a restart, not before.
  void write(const core::Task& task, const policy::flow::TaskLabels& labels, WallTime now);
  // Gives `tasks` what was written within a day before `now`. Lines that don't read are passed
  // over.
  static void restore(const std::filesystem::path& folder, policy::flow::Tasks& tasks,
                      WallTime now);

 private:
  struct Open {
    Fd fd;
    std::atomic<size_t> bytes{0};
  };
  explicit TaskLabelFile(std::filesystem::path folder) : folder_(std::move(folder)) {}
  const std::filesystem::path folder_;
  Locked<std::shared_ptr<Open>> open_;
};

// The line of one change, with its end; and what a line says.
[[nodiscard]] std::string task_label_line(const core::Task& task,
                                          const policy::flow::TaskLabels& labels, WallTime now);
struct TaskLabelLine {
  core::Task task;
  policy::flow::TaskLabels labels;
  WallTime time;
};
[[nodiscard]] std::optional<TaskLabelLine> read_task_label_line(std::string_view line);

// The tasks of a gateway with this state folder: restored, and written down as they change.
[[nodiscard]] Expected<std::shared_ptr<policy::flow::Tasks>> open_tasks(
    const std::filesystem::path& state, policy::flow::TaskLimits limits);

}  // namespace doorward::app
