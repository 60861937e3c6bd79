#include "sandbox/launcher/groups.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "sandbox/launcher/talk.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr const char* kStep = "control group";

bool put(const std::string& file, std::string_view value) {
  const int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = write(fd, value.data(), value.size()) == static_cast<ssize_t>(value.size());
  const int error = errno;
  close(fd);
  errno = error;
  return good;
}

std::string get(const std::string& file) {
  std::string text;
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return text;
}

// Kills every member; the number of them.
int kill_members(const std::string& folder) {
  const std::string list = get(folder + "/cgroup.procs");
  int count = 0;
  for (const char* at = list.c_str(); *at != '\0';) {
    char* end = nullptr;
    const long pid = std::strtol(at, &end, 10);
    if (end == at) break;
    if (pid > 1) {
      kill(static_cast<pid_t>(pid), SIGKILL);
      ++count;
    }
    at = *end == '\n' ? end + 1 : end;
  }
  return count;
}

}  // namespace

void make_groups(const Spec& spec) {
  for (const auto& folder : spec.cgroups) {
    if (mkdir(folder.c_str(), 0755) == 0) continue;
    const int error = errno;
    remove_groups(spec.cgroups);
    errno = error;
    fail_errno(kStep);
  }
  for (const auto& [file, value] : spec.cgroup_set) {
    const bool optional = file.starts_with('?');
    if (put(optional ? file.substr(1) : file, value) || optional) continue;
    const std::string why = "`" + file + "`: " + std::strerror(errno);
    remove_groups(spec.cgroups);
    fail(kStep, why);
  }
}

void join_groups(const Spec& spec, pid_t pid) {
  for (const auto& folder : spec.cgroups) {
    if (put(folder + "/cgroup.procs", std::to_string(pid))) continue;
    const std::string why = "`" + folder + "`: " + std::strerror(errno);
    kill(pid, SIGKILL);
    kill_groups(spec.cgroups);
    remove_groups(spec.cgroups);
    fail(kStep, why);
  }
}

bool ran_out_of_memory(const Spec& spec) {
  if (spec.cgroups.empty()) return false;
  for (const char* file : {"/memory.events", "/memory.oom_control"}) {
    const std::string text = get(spec.cgroups.front() + file);
    const size_t at = text.find("oom_kill ");
    if (at != std::string::npos && std::atol(text.c_str() + at + 9) > 0) return true;
  }
  return false;
}

void kill_groups(const std::vector<std::string>& folders, int rounds) {
  for (const auto& folder : folders) (void)put(folder + "/cgroup.kill", "1");
  for (int round = 0; round < rounds; ++round) {
    int left = 0;
    for (const auto& folder : folders) left += kill_members(folder);
    if (left == 0) return;
    usleep(10'000);
  }
}

void remove_groups(const std::vector<std::string>& folders) {
  for (const auto& folder : folders) {
    // A group stays busy for a moment after its last member died.
    for (int round = 0; round < 100 && rmdir(folder.c_str()) != 0 && errno == EBUSY; ++round) {
      usleep(5'000);
    }
  }
}

}  // namespace doorward::sandbox::launcher
