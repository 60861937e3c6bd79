#include "app/task_labels.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <utility>

#include "wire/json.h"

namespace doorward::app {

namespace flow = policy::flow;

namespace {

constexpr size_t kFull = 8U << 20U;
constexpr const char* kName = "tasks";
constexpr const char* kOld = "tasks.old";

using Member = bool flow::TaskLabels::*;
constexpr std::array<std::pair<std::string_view, Member>, 7> kLabels = {{
    {"shared", &flow::TaskLabels::shared},
    {"untrusted", &flow::TaskLabels::untrusted},
    {"private", &flow::TaskLabels::is_private},
    {"hostile", &flow::TaskLabels::hostile},
    {"forgot", &flow::TaskLabels::forgot},
    {"stated", &flow::TaskLabels::stated},
    {"stopped", &flow::TaskLabels::stopped},
}};

int open_file(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

}  // namespace

std::string task_label_line(const core::Task& task, const flow::TaskLabels& labels, WallTime now) {
  std::string out = R"({"task":)" + wire::json_quote(task.key) + R"(,"window":)" +
                    (task.by_window ? "true" : "false") + R"(,"labels":[)";
  for (const auto& [name, member] : kLabels) {
    if (!(labels.*member)) continue;
    if (out.back() != '[') out += ',';
    out += wire::json_quote(name);
  }
  return out + R"(],"time":")" + rfc3339(now) + "\"}\n";
}

std::optional<TaskLabelLine> read_task_label_line(std::string_view line) {
  const auto parsed = wire::JsonDocument::parse(std::string(line));
  if (!parsed) return std::nullopt;
  const wire::JsonValue root = parsed->root();
  const auto time = parse_rfc3339(root["time"].text());
  if (root["task"].text().empty() || !time || !root["labels"].is_array()) return std::nullopt;
  TaskLabelLine read;
  read.task = {std::string(root["task"].text()), root["window"].boolean().value_or(true)};
  read.time = *time;
  for (const wire::JsonValue label : root["labels"].items())
    for (const auto& [name, member] : kLabels)
      if (label.text() == name) read.labels.*member = true;
  return read;
}

Expected<std::shared_ptr<TaskLabelFile>> TaskLabelFile::open(const std::filesystem::path& folder) {
  std::shared_ptr<TaskLabelFile> made(new TaskLabelFile(folder));
  Fd fd(open_file(folder / kName));
  if (fd.get() < 0)
    return failure("state.write", Fault::self, "can't write `" + (folder / kName).string() + "`");
  struct stat facts{};
  auto held = std::make_shared<Open>();
  if (::fstat(fd.get(), &facts) == 0) held->bytes = static_cast<size_t>(facts.st_size);
  held->fd = std::move(fd);
  made->open_.with([&](auto& now) { now = std::move(held); });
  return made;
}

void TaskLabelFile::write(const core::Task& task, const flow::TaskLabels& labels, WallTime now) {
  const std::string line = task_label_line(task, labels, now);
  const auto held = open_.with([](const auto& open) { return open; });
  // One write a line; a task whose line is lost is one that starts afresh after a restart.
  const ssize_t wrote = ::write(held->fd.get(), line.data(), line.size());
  if (wrote <= 0) return;
  const size_t before = held->bytes.fetch_add(static_cast<size_t>(wrote));
  if (before > kFull || before + static_cast<size_t>(wrote) <= kFull) return;
  // The one whose line filled it begins the next.
  static_cast<void>(::rename((folder_ / kName).c_str(), (folder_ / kOld).c_str()));
  auto fresh = std::make_shared<Open>();
  fresh->fd = Fd(open_file(folder_ / kName));
  if (fresh->fd) open_.with([&](auto& open) { open = std::move(fresh); });
}

void TaskLabelFile::restore(const std::filesystem::path& folder, flow::Tasks& tasks, WallTime now) {
  for (const char* const name : {kOld, kName}) {
    std::ifstream lines(folder / name, std::ios::binary);
    std::string line;
    while (std::getline(lines, line)) {
      const auto read = read_task_label_line(line);
      // A task was used later than its labels changed, nobody knows how much: as of now, then.
      if (read && now - read->time < std::chrono::hours(24))
        tasks.restore(read->task, read->labels, now);
    }
  }
}

Expected<std::shared_ptr<flow::Tasks>> open_tasks(const std::filesystem::path& state,
                                                  flow::TaskLimits limits) {
  auto file = TaskLabelFile::open(state);
  if (!file) return std::unexpected(std::move(file).error());
  auto tasks = std::make_shared<flow::Tasks>(
      limits, [file = *file](const core::Task& task, const flow::TaskLabels& labels, WallTime now) {
        file->write(task, labels, now);
      });
  TaskLabelFile::restore(state, *tasks, wall_now());
  return tasks;
}

}  // namespace doorward::app
