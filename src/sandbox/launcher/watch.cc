#include "sandbox/launcher/watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace doorward::sandbox::launcher {
namespace {

constexpr int kEntries = 200'000;
constexpr int kDepth = 64;

int64_t now() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000 + at.tv_nsec / 1'000'000;
}

std::string read_small(const std::string& file) {
  char buffer[4096];
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t size = read(fd, buffer, sizeof buffer);
  close(fd);
  return size > 0 ? std::string(buffer, static_cast<size_t>(size)) : std::string();
}

struct Process {
  pid_t pid;
  pid_t parent;
  bool inside = false;
};

std::vector<Process> all_processes() {
  std::vector<Process> list;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return list;
  while (const dirent* entry = readdir(proc)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    const std::string text = read_small("/proc/" + std::to_string(pid) + "/stat");
    const size_t name_end = text.rfind(')');  // the name may hold anything
    if (name_end == std::string::npos || name_end + 4 > text.size()) continue;
    list.push_back({pid, std::atoi(text.c_str() + name_end + 4)});
  }
  closedir(proc);
  return list;
}

uint64_t line_value(const std::string& text, const char* name) {
  const size_t at = text.find(name);
  return at == std::string::npos
             ? 0
             : std::strtoull(text.c_str() + at + std::strlen(name), nullptr, 10);
}

// `left` bounds the whole walk. Takes `folder` over.
uint64_t walk(int folder, dev_t device, int depth, int& left) {
  DIR* list = fdopendir(folder);
  if (list == nullptr) {
    close(folder);
    return 0;
  }
  uint64_t bytes = 0;
  while (const dirent* entry = readdir(list)) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    if (--left < 0) break;
    struct stat info{};
    if (fstatat(dirfd(list), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (info.st_dev != device) continue;
    bytes += static_cast<uint64_t>(info.st_blocks) * 512;
    if (!S_ISDIR(info.st_mode) || depth >= kDepth) continue;
    const int below =
        openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below >= 0) bytes += walk(below, device, depth + 1, left);
  }
  closedir(list);
  return bytes;
}

}  // namespace

Usage usage_of(pid_t root) {
  std::vector<Process> list = all_processes();
  // Parents may stand after their children: repeat until nothing is added.
  for (bool added = true; added;) {
    added = false;
    for (Process& each : list) {
      if (each.inside) continue;
      each.inside = each.pid == root || std::any_of(list.begin(), list.end(), [&](const auto& p) {
                      return p.inside && p.pid == each.parent;
                    });
      added = added || each.inside;
    }
  }
  Usage usage;
  for (const Process& each : list) {
    if (!each.inside) continue;
    const std::string text = read_small("/proc/" + std::to_string(each.pid) + "/status");
    usage.memory += 1024 * (line_value(text, "RssAnon:") + line_value(text, "RssShmem:") +
                            line_value(text, "VmSwap:"));
    usage.processes += line_value(text, "Threads:");
  }
  return usage;
}

uint64_t disk_usage(int folder) {
  struct stat info{};
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return 0;
  if (fstat(copy, &info) != 0) {
    close(copy);
    return 0;
  }
  int left = kEntries;
  return walk(copy, info.st_dev, 0, left);
}

Watch::Watch(const Spec& spec) : spec_(spec) {
  for (const SpecMount& mount : spec.mounts) {
    if (!mount.writable || spec.disk == 0) continue;
    const int fd = open(mount.from.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) folders_.push_back(fd);
  }
  before_ = disk();
}

uint64_t Watch::disk() const {
  uint64_t bytes = 0;
  for (const int folder : folders_) bytes += disk_usage(folder);
  return bytes;
}

std::optional<Cause> Watch::look(pid_t root) {
  const int64_t start = now();
  std::optional<Cause> broken;
  if (spec_.watch) {
    const Usage usage = usage_of(root);
    // bwrap and init stand beside the server's own processes.
    if (usage.memory > spec_.memory) broken = Cause::memory;
    if (usage.processes > spec_.processes + 2) broken = Cause::processes;
  }
  if (!folders_.empty() && disk() > before_ + spec_.disk) broken = Cause::disk;
  // At most a twentieth of the time is spent on looking.
  pause_ = static_cast<int>(std::clamp<int64_t>((now() - start) * 20, 250, 30'000));
  return broken;
}

}  // namespace doorward::sandbox::launcher
