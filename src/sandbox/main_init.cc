// doorward-init: process 1 of a server's own world. It can't be traced or read by the server, adds
// Landlock and the watch on forbidden calls, starts the program, reaps orphans, passes SIGTERM on,
// and ends the world when the program or the launcher ends.
//
// doorward-init LINK PROCESSES observe|only landlock|none [RIGHT PATH]… -- PROGRAM ARGV0 [ARG]…
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>

#include "sandbox/forbidden.h"
#include "sandbox/hand_over.h"
#include "sandbox/observed_calls.h"

namespace {

using doorward::sandbox::kForeignFrom;
using doorward::sandbox::kNativeCalls;
using doorward::sandbox::kObserved;
using doorward::sandbox::kViolations;

int link_fd = -1;

[[noreturn]] void fail(const char* step) {
  const std::string text = std::string("E") + step + ": " + std::strerror(errno);
  (void)send(link_fd, text.data(), text.size(), MSG_NOSIGNAL);
  _exit(70);
}

// Rights by version of Landlock; the header of the build host may be older than the kernel.
constexpr uint64_t kExecute = 1 << 0, kWriteFile = 1 << 1, kReadFile = 1 << 2, kReadDir = 1 << 3;
constexpr uint64_t kRefer = 1 << 13, kTruncate = 1 << 14, kIoctlDevice = 1 << 15;
constexpr uint64_t kFirst = (1 << 13) - 1;  // all of version 1
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDevice;
constexpr uint64_t kScopes = 3;  // version 6: abstract sockets, signals

struct Ruleset {
  uint64_t files = 0;
  uint64_t network = 0;
  uint64_t scoped = 0;
};

uint64_t rights_of(char letter) {
  switch (letter) {
    case 'd':
      return kReadDir;
    case 'r':
      return kReadDir | kReadFile;
    case 'x':
      return kReadDir | kReadFile | kExecute;
    case 'w':
      return (kFirst | kRefer | kTruncate | kIoctlDevice) & ~kExecute;
    default:
      return 0;
  }
}

// Takes `RIGHT PATH` pairs up to `--`; the place of that.
char** landlock(char** words) {
  const auto version = static_cast<int>(
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  if (version < 1) fail("landlock");
  Ruleset set;
  set.files = kFirst;
  if (version >= 2) set.files |= kRefer;
  if (version >= 3) set.files |= kTruncate;
  if (version >= 5) set.files |= kIoctlDevice;
  if (version >= 6) set.scoped = kScopes;
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const auto ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &set, size, 0));
  if (ruleset < 0) fail("landlock");
  for (; std::strcmp(words[0], "--") != 0; words += 2) {
    const int at = open(words[1], O_PATH | O_CLOEXEC);
    if (at < 0 && errno == ENOENT) continue;
    struct stat info{};
    if (at < 0 || fstat(at, &info) != 0) fail("landlock");
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights_of(words[0][0]) & set.files;
    if (!S_ISDIR(info.st_mode)) rule.allowed_access &= kOfFiles;
    rule.parent_fd = at;
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
      fail("landlock");
    }
    close(at);
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("landlock");
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) fail("landlock");
  close(ruleset);
  return words;
}

// Hands every call of forbidden.h to the launcher, which refuses it and tells. When the launcher is
// gone, the kernel refuses them by itself. With `observe` it also hears of those of
// observed_calls.h, and lets them go on to the other filters and the kernel.
void report_violations(bool observe) {
  constexpr auto kForbiddenCount = static_cast<uint8_t>(std::size(kViolations));
  constexpr auto kMost = static_cast<uint8_t>(kForbiddenCount + std::size(kObserved));
  static_assert(std::size(kViolations) + std::size(kObserved) < 240);
  constexpr uint8_t kHead = 4;
  sock_filter program[kMost + kHead + 2];
  const uint8_t count = observe ? kMost : kForbiddenCount;
  // The numbers below mean what they say at this architecture's own door only.
  program[0] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  program[1] =
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kNativeCalls, 0, static_cast<uint8_t>(count + 3));
  program[2] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  program[3] =
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kForeignFrom, static_cast<uint8_t>(count + 1), 0);
  for (uint8_t i = 0; i < count; ++i) {
    const auto to_notify = static_cast<uint8_t>(count - i);
    const int number =
        i < kForbiddenCount ? kViolations[i].number : kObserved[i - kForbiddenCount].number;
    program[i + kHead] =
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), to_notify, 0);
  }
  program[count + kHead] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program[count + kHead + 1] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  const sock_fprog all{static_cast<unsigned short>(count + kHead + 2), program};
  const auto listener = static_cast<int>(
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &all));
  if (listener < 0) fail("forbidden calls");
  char kind = 'N';
  if (doorward::sandbox::hand_over(link_fd, &kind, 1, listener) != 1) fail("forbidden calls");
  close(listener);
}

// Starts the program; a pipe that closes by itself at execution tells whether it began.
pid_t start(char** words) {
  int began[2];
  if (pipe2(began, O_CLOEXEC) != 0) fail("program");
  const pid_t child = fork();
  if (child < 0) fail("program");
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execv(words[0], words + 1);
    const int error = errno;
    (void)!write(began[1], &error, sizeof error);
    _exit(127);
  }
  close(began[1]);
  int error = 0;
  if (read(began[0], &error, sizeof error) > 0) {
    errno = error;
    fail("program");
  }
  close(began[0]);
  return child;
}

// Reaps; ends this world when `child` is among it.
void reap(pid_t child) {
  int status = 0;
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != child) continue;
    char last[1 + sizeof status] = {'X'};
    std::memcpy(last + 1, &status, sizeof status);
    (void)send(link_fd, last, sizeof last, MSG_NOSIGNAL);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
}

[[noreturn]] void watch(pid_t child, int signals) {
  for (;;) {
    pollfd events[] = {{signals, POLLIN, 0}, {link_fd, POLLIN, 0}};
    if (poll(events, 2, -1) < 0 && errno != EINTR) _exit(71);
    signalfd_siginfo info{};
    if (events[0].revents != 0 && read(signals, &info, sizeof info) > 0 &&
        info.ssi_signo == SIGTERM) {
      kill(child, SIGTERM);
    }
    reap(child);
    if (events[1].revents == 0) continue;
    char order = 0;
    const ssize_t size = recv(link_fd, &order, 1, MSG_DONTWAIT);
    if (size == 0) _exit(71);  // the launcher is gone
    if (size == 1 && order == 'T') kill(child, SIGTERM);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 8) return 2;
  link_fd = std::atoi(words[1]);
  if (getpid() != 1) fail("process 1");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail("process 1");
  // Only the link stays, and not for the program: closes what bwrap left open.
  if (link_fd < 3 || dup2(link_fd, 3) < 0) fail("descriptors");
  link_fd = 3;
  if (fcntl(3, F_SETFD, FD_CLOEXEC) != 0 || close_range(4, ~0U, 0) != 0) fail("descriptors");

  const rlimit processes{std::strtoull(words[2], nullptr, 10),
                         std::strtoull(words[2], nullptr, 10)};
  if (processes.rlim_cur > 0 && setrlimit(RLIMIT_NPROC, &processes) != 0) fail("limits");
  char** rest = words + 5;
  if (std::strcmp(words[4], "landlock") == 0) rest = landlock(rest);
  if (std::strcmp(rest[0], "--") != 0 || rest[1] == nullptr || rest[2] == nullptr) return 2;

  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGCHLD);
  sigaddset(&watched, SIGTERM);
  sigprocmask(SIG_SETMASK, &watched, nullptr);
  const int signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) fail("signals");
  report_violations(std::strcmp(words[3], "observe") == 0);
  const pid_t child = start(rest + 1);
  (void)send(link_fd, "R", 1, MSG_NOSIGNAL);
  // The pipes are the program's alone: when it closes them, their end must be seen.
  for (int fd = 0; fd < 3; ++fd) close(fd);
  watch(child, signals);
}
