#include "sandbox/launcher/walls.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "sandbox/launcher/talk.h"

namespace doorward::sandbox::launcher {
namespace {

void write_map(const char* file, const std::string& line) {
  const int fd = must("user namespace", open(file, O_WRONLY | O_CLOEXEC));
  if (write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    fail_errno("user namespace");
  }
  close(fd);
}

void limit(int resource, uint64_t value) {
  const rlimit both{value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) {
    // A hard limit that is already lower is as good.
    rlimit now{};
    if (getrlimit(static_cast<__rlimit_resource>(resource), &now) != 0) fail_errno("limits");
    if (now.rlim_max > value) fail_errno("limits");
    now.rlim_cur = now.rlim_max;
    must("limits", setrlimit(static_cast<__rlimit_resource>(resource), &now));
  }
}

// Keeps the process on `cores` of the processors that it may use. The filter forbids to undo it.
void bind_cores(uint64_t cores) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  must("limits", sched_getaffinity(0, sizeof allowed, &allowed));
  const auto count = static_cast<uint64_t>(CPU_COUNT(&allowed));
  if (cores >= count) return;
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  // Different children start at different processors.
  uint64_t skip = static_cast<uint64_t>(getpid()) % count;
  uint64_t left = cores;
  for (int cpu = 0; left > 0; cpu = (cpu + 1) % CPU_SETSIZE) {
    if (!CPU_ISSET(cpu, &allowed) || CPU_ISSET(cpu, &chosen)) continue;
    if (skip > 0) {
      --skip;
      continue;
    }
    CPU_SET(cpu, &chosen);
    --left;
  }
  must("limits", sched_setaffinity(0, sizeof chosen, &chosen));
}

// Counted for each kernel user over all namespaces: one server must not use up what its user, and
// so the gateway's own programs, may have. A quarter; nothing where the kernel has no such file.
void share_inotify() {
  for (const char* name : {"instances", "watches"}) {
    char text[32] = {};
    const int of_host =
        open((std::string("/proc/sys/fs/inotify/max_user_") + name).c_str(), O_RDONLY | O_CLOEXEC);
    if (of_host < 0) continue;
    const ssize_t size = read(of_host, text, sizeof text - 1);
    close(of_host);
    const long most = size > 0 ? std::atol(text) : 0;
    if (most < 8) continue;
    const int own =
        open((std::string("/proc/sys/user/max_inotify_") + name).c_str(), O_WRONLY | O_CLOEXEC);
    if (own < 0) continue;
    const std::string share = std::to_string(most / 4);
    (void)!write(own, share.data(), share.size());
    close(own);
  }
}

}  // namespace

void enter_namespaces(const Spec& spec) {
  if (spec.uid != 0) {
    must("namespaces", unshare(CLONE_NEWNS | CLONE_NEWNET));
    return;
  }
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  // R10.5: the server's own kernel user must not be root.
  if (uid == 0) fail("user", "the server would run as root");
  must("namespaces", unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET));
  const std::string u = std::to_string(uid), g = std::to_string(gid);
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/uid_map", u + " " + u + " 1");
  write_map("/proc/self/gid_map", g + " " + g + " 1");
  share_inotify();
}

void drop_user(const Spec& spec) {
  if (spec.uid == 0) return;
  must("user", setgroups(0, nullptr));
  must("user", setresgid(spec.gid, spec.gid, spec.gid));
  must("user", setresuid(spec.uid, spec.uid, spec.uid));
  if (setresuid(0, 0, 0) == 0 || geteuid() != spec.uid) fail("user", "root was not given up");
}

void check_staged(const Spec& spec) {
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    const SpecMount& mount = spec.mounts[i];
    const std::string at = std::string(kStage) + "/" + std::to_string(i);
    struct stat info{};
    must("mounts", stat(at.c_str(), &info));
    const int need = (mount.writable ? W_OK : 0) | R_OK | (S_ISDIR(info.st_mode) ? X_OK : 0);
    if (access(at.c_str(), need) == 0) continue;
    fail("mounts", "`" + mount.from + "` can't be " + (mount.writable ? "written" : "read") +
                       " by the server's user " + std::to_string(geteuid()) + " (" +
                       std::strerror(errno) + "): give it to that user, or keep it on a file " +
                       "system that has id-mapped mounts");
  }
}

void set_limits(const Spec& spec) {
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  must("limits", sigprocmask(SIG_SETMASK, &none, nullptr));
  umask(077);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, spec.file_size);
  limit(RLIMIT_NOFILE, spec.open_files);
  limit(RLIMIT_MEMLOCK, 8ULL << 20);
  limit(RLIMIT_MSGQUEUE, 0);
  limit(RLIMIT_RTPRIO, 0);
  limit(RLIMIT_NICE, 0);
  limit(RLIMIT_DATA, spec.data);
  if (spec.cores > 0) bind_cores(spec.cores);
}

void become_bwrap(const Spec& spec, int link) {
  const Command command = bwrap_command(spec, link);
  must("descriptors", close_range(3, ~0U, CLOSE_RANGE_CLOEXEC));
  for (const int fd : command.keep) must("descriptors", fcntl(fd, F_SETFD, 0));
  std::vector<char*> arguments;
  for (const std::string& each : command.arguments) {
    arguments.push_back(const_cast<char*>(each.c_str()));
  }
  arguments.push_back(nullptr);
  char* nothing[] = {nullptr};
  execve(spec.bwrap.c_str(), arguments.data(), nothing);
  fail_errno("bubblewrap");
}

}  // namespace doorward::sandbox::launcher
