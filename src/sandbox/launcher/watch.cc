#include "sandbox/launcher/watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sandbox/launcher/held.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr int64_t kPause = 250;
constexpr int64_t kLongestPause = 30'000;
constexpr int64_t kDearWalk = 1'000;  // too long for a last look

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

std::string mebibytes(uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

std::vector<pid_t> processes_of(pid_t root) {
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
  std::vector<pid_t> inside;
  for (const Process& each : list)
    if (each.inside) inside.push_back(each.pid);
  return inside;
}

Usage usage_of(const std::vector<pid_t>& processes) {
  Usage usage;
  for (const pid_t pid : processes) {
    const std::string text = read_small("/proc/" + std::to_string(pid) + "/status");
    usage.memory += 1024 * (line_value(text, "RssAnon:") + line_value(text, "RssShmem:") +
                            line_value(text, "VmSwap:"));
    usage.processes += line_value(text, "Threads:");
  }
  return usage;
}

Watch::Watch(const Spec& spec) : spec_(spec) {
  for (const SpecMount& mount : spec.mounts) {
    if (!mount.writable || spec.disk == 0) continue;
    const bool inner = std::any_of(spec.mounts.begin(), spec.mounts.end(), [&](const auto& other) {
      return other.writable && is_below(mount.from, other.from);
    });
    if (inner) continue;
    const int fd = open(mount.from.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat info{};
    if (fd < 0 || fstat(fd, &info) != 0) continue;
    devices_.insert(info.st_dev);
    // In a folder that belongs to the server's own user, nobody else's files are its doing.
    folders_.push_back({fd, spec.uid != 0 && info.st_uid == spec.uid ? spec.uid : kAnybody});
  }
  if (folders_.empty()) return;
  std::set<FileId> seen;
  ledger_.emplace(spec.ledger, disk(seen));
}

Watch::~Watch() {
  for (const Written& each : folders_) close(each.fd);
  if (diagnosis_ >= 0) close(diagnosis_);
}

void Watch::ask_sockets_at(int diagnosis) {
  if (diagnosis_ >= 0) close(diagnosis_);
  diagnosis_ = diagnosis;
}

DiskUse Watch::disk(std::set<FileId>& seen) const {
  DiskUse use;
  for (const Written& each : folders_) add_disk_use(each.fd, each.only, seen, use);
  return use;
}

std::optional<Broken> Watch::judge_disk(const DiskUse& use, uint64_t held) const {
  if (ledger_->hides(use))
    return Broken{Cause::disk,
                  "it made folders that can't be counted (too many, too deep or closed) under a "
                  "limit of " +
                      mebibytes(spec_.disk)};
  const uint64_t grown = ledger_->grown(use) + held;
  if (grown <= spec_.disk) return std::nullopt;
  return Broken{Cause::disk, "what it writes grew by " + mebibytes(grown) + ", its limit is " +
                                 mebibytes(spec_.disk)};
}

std::optional<Broken> Watch::look_at_memory(const std::vector<pid_t>& processes) const {
  const uint64_t sockets = socket_bytes(diagnosis_);
  if (!spec_.watch) {
    if (sockets <= spec_.memory) return std::nullopt;
    return Broken{Cause::memory, "its sockets hold " + mebibytes(sockets) + ", its limit is " +
                                     mebibytes(spec_.memory)};
  }
  const Usage usage = usage_of(processes);
  if (usage.memory + sockets > spec_.memory)
    return Broken{Cause::memory, "it uses " + mebibytes(usage.memory + sockets) +
                                     ", its limit is " + mebibytes(spec_.memory)};
  // bwrap and init stand beside the server's own processes.
  if (usage.processes > spec_.processes + 2)
    return Broken{Cause::processes, "it has " + std::to_string(usage.processes) +
                                        " processes and threads, its limit is " +
                                        std::to_string(spec_.processes)};
  return std::nullopt;
}

std::optional<Broken> Watch::look(pid_t root) {
  const int64_t start = now();
  std::optional<Broken> broken;
  const bool disk_is_due = !folders_.empty() && start >= next_disk_;
  std::vector<pid_t> processes;
  if (spec_.watch || disk_is_due) processes = processes_of(root);
  if (spec_.watch || spec_.sockets) {
    broken = look_at_memory(processes);
    // At most a tenth of the time is spent on looking.
    next_memory_ = now() + std::clamp<int64_t>((now() - start) * 10, kPause, 1'000);
  }
  if (!broken && disk_is_due) {
    const int64_t begin = now();
    std::set<FileId> seen;
    const DiskUse use = disk(seen);
    broken = judge_disk(use, held_bytes(processes, devices_, spec_.file_size, seen));
    ledger_->keep(use);
    disk_cost_ = now() - begin;
    next_disk_ = now() + std::clamp<int64_t>(disk_cost_ * 20, kPause, kLongestPause);
  }
  return broken;
}

std::optional<Broken> Watch::last_look() {
  if (folders_.empty() || disk_cost_ > kDearWalk) return std::nullopt;
  std::set<FileId> seen;
  const DiskUse use = disk(seen);
  ledger_->keep(use);
  return judge_disk(use, 0);
}

int Watch::pause() const {
  const bool memory = spec_.watch || spec_.sockets;
  int64_t next = memory ? next_memory_ : next_disk_;
  if (memory && !folders_.empty()) next = std::min(next, next_disk_);
  return static_cast<int>(std::clamp<int64_t>(next - now(), 1, kLongestPause));
}

}  // namespace doorward::sandbox::launcher
