// doorward-launch: builds the walls of one server, starts it behind them and stays to watch it.
//
// It has one thread, so that PR_SET_PDEATHSIG means what it says, and no Doorward code but its
// own folder. It ends when the server ends, or when the gateway's end of the control socket is
// closed, whichever comes first; before it ends, everything below it is dead and reaped.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/hand_over.h"
#include "sandbox/launcher/groups.h"
#include "sandbox/launcher/talk.h"
#include "sandbox/launcher/violations.h"
#include "sandbox/launcher/walls.h"
#include "sandbox/launcher/watch.h"
#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr off_t kLargestSpec = 32 << 20;

Spec read_spec() {
  struct stat info{};
  must("order", fstat(kSpecFd, &info));
  if (info.st_size > kLargestSpec) fail("order", "too large");
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  if (pread(kSpecFd, bytes.data(), bytes.size(), 0) != info.st_size) fail("order", "cut short");
  close(kSpecFd);
  auto spec = decode(bytes);
  explicit_bzero(bytes.data(), bytes.size());
  if (!spec) fail("order", "malformed");
  return std::move(*spec);
}

void die_with(pid_t parent) {
  must("watch", prctl(PR_SET_PDEATHSIG, SIGKILL));
  if (getppid() != parent) _exit(71);
}

// `D` with a descriptor, to the launcher.
void hand_up(int link, int fd) {
  char kind = 'D';
  if (hand_over(link, &kind, 1, fd) != 1) fail_errno("watch");
  close(fd);
}

// INVARIANT: returns never; runs as the server's own user from drop_user on.
[[noreturn]] void build_and_become(const Spec& spec, int link, int release, pid_t parent) {
  die_with(parent);
  char go = 0;
  if (read(release, &go, 1) != 1) _exit(71);
  enter_namespaces(spec);
  open_doors(spec);
  if (spec.watch || spec.sockets) hand_up(link, open_diagnosis());
  stage_mounts(spec);
  drop_user(spec);
  die_with(parent);  // a change of user clears it
  check_staged(spec);
  set_limits(spec);
  become_bwrap(spec, link);
}

struct Running {
  const Spec& spec;
  pid_t child = -1;
  int link = -1;
  int signals = -1;
  bool ready = false;
  bool told_failure = false;
  std::optional<int> status;  // of the server itself, as init saw it
  Violations violations;
};

// One message of the child: D with a socket for questions; of init: N with a listener, R ready,
// E text, X wait status.
void hear(Running& run, Watch& watch) {
  char buffer[512];
  iovec part{buffer, sizeof buffer};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  head.msg_control = space;
  head.msg_controllen = sizeof space;
  const ssize_t size = recvmsg(run.link, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) return;
  if (size == 0) {
    close(run.link);
    run.link = -1;
    return;
  }
  if (const cmsghdr* extra = CMSG_FIRSTHDR(&head);
      extra != nullptr && extra->cmsg_type == SCM_RIGHTS) {
    int listener = -1;
    std::memcpy(&listener, CMSG_DATA(extra), sizeof listener);
    if (buffer[0] == 'D')
      watch.ask_sockets_at(listener);
    else
      run.violations.watch(listener);
  }
  const std::string_view text(buffer + 1, static_cast<size_t>(size - 1));
  if (buffer[0] == static_cast<char>(Note::ready) && !run.ready) {
    run.ready = true;
    tell(Note::ready, "");
  } else if (buffer[0] == static_cast<char>(Note::failed) && !run.ready) {
    run.told_failure = true;
    tell(Note::failed, text);
  } else if (buffer[0] == static_cast<char>(Note::ended) && text.size() == sizeof(int)) {
    int status = 0;
    std::memcpy(&status, text.data(), sizeof status);
    run.status = status;
  }
}

// Reaps whatever ended; true when bwrap is among it.
bool reap(Running& run) {
  signalfd_siginfo info{};
  while (read(run.signals, &info, sizeof info) > 0) {
  }
  bool ended = false;
  int status = 0;
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != run.child) continue;
    ended = true;
    if (!run.status) run.status = status;
  }
  return ended;
}

// True when the gateway is gone or wants the end.
bool gateway_gone(Running& run) {
  char buffer[16];
  const ssize_t size = recv(kControlFd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0) return errno != EAGAIN && errno != EINTR;
  if (size == 0) return true;
  if (buffer[0] == static_cast<char>(Note::terminate) && run.link >= 0) {
    (void)send(run.link, "T", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  return false;
}

Broken supervise(Running& run, Watch& watch) {
  for (;;) {
    pollfd events[] = {{kControlFd, POLLIN, 0},
                       {run.signals, POLLIN, 0},
                       {run.link, POLLIN, 0},
                       {run.violations.listener(), POLLIN, 0}};
    const int count = poll(events, 4, watch.is_needed() ? watch.pause() : -1);
    if (count < 0 && errno != EINTR) return {Cause::stopped, ""};
    // init's last word comes before its end.
    if (run.link >= 0 && events[2].revents != 0) hear(run, watch);
    if (events[1].revents != 0) {
      while (run.link >= 0) {
        pollfd last{run.link, POLLIN, 0};
        if (poll(&last, 1, 0) != 1) break;
        hear(run, watch);
      }
      if (reap(run)) return {Cause::exited, ""};
    }
    if (events[3].revents != 0 && !run.violations.answer()) return {Cause::forbidden, ""};
    if (events[0].revents != 0 && gateway_gone(run)) return {Cause::stopped, ""};
    // Also while events keep this process busy.
    if (watch.is_needed() && (count == 0 || watch.is_due()))
      if (auto broken = watch.look(run.child)) return std::move(*broken);
  }
}

// Kills everything below and waits until it is gone. Orphans come to this process, and init is
// only reaped once its whole process namespace is empty.
void end_all(const Spec& spec, pid_t child, bool reaped) {
  if (!reaped) kill(child, SIGKILL);
  kill_groups(spec.cgroups);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
  remove_groups(spec.cgroups);
}

void forget_secrets(Spec& spec) {
  for (auto& [name, value] : spec.env) explicit_bzero(value.data(), value.size());
  spec.env.clear();
}

int run() {
  must("watch", prctl(PR_SET_CHILD_SUBREAPER, 1));
  Spec spec = read_spec();
  sigset_t all;
  sigfillset(&all);
  must("watch", sigprocmask(SIG_SETMASK, &all, nullptr));
  sigset_t child_only;
  sigemptyset(&child_only);
  sigaddset(&child_only, SIGCHLD);
  const int signals = must("watch", signalfd(-1, &child_only, SFD_CLOEXEC | SFD_NONBLOCK));
  int link[2], release[2];
  must("watch", socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link));
  must("watch", pipe2(release, O_CLOEXEC));
  make_groups(spec);
  const pid_t self = getpid();
  const pid_t child = fork();
  if (child < 0) {
    remove_groups(spec.cgroups);
    fail_errno("start");
  }
  if (child == 0) {
    close(release[1]);
    close(link[0]);
    build_and_become(spec, link[1], release[0], self);
  }
  close(link[1]);
  close(release[0]);
  must("watch", prctl(PR_SET_DUMPABLE, 0));
  forget_secrets(spec);
  // The pipes belong to the server alone: their end must be seen when it closes them.
  const int nothing = must("watch", open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd = 0; fd < 3; ++fd) dup2(nothing, fd);
  join_groups(spec, child);
  // What stands on disk is counted before anything runs.
  Watch watch(spec);
  if (write(release[1], "g", 1) != 1) fail_errno("start");
  close(release[1]);

  Running state{spec, child, link[0], signals};
  Broken end = supervise(state, watch);
  const bool reaped = end.cause == Cause::exited;
  if (reaped && ran_out_of_memory(spec))
    end = {Cause::memory, "its limit is " + std::to_string(spec.memory >> 20) + " MiB"};
  end_all(spec, child, reaped);
  if (end.cause == Cause::exited || end.cause == Cause::stopped)
    if (auto broken = watch.last_look()) end = std::move(*broken);
  if (!state.ready && !state.told_failure)
    tell(Note::failed, !end.text.empty() ? "limits: " + end.text
                                         : "bubblewrap: it ended before the server began");
  std::string last(1, static_cast<char>(end.cause));
  const int status = state.status.value_or(0);
  last.append(reinterpret_cast<const char*>(&status), sizeof status);
  last += end.text;
  tell(Note::ended, last);
  return 0;
}

}  // namespace
}  // namespace doorward::sandbox::launcher

int main() {
  return doorward::sandbox::launcher::run();
}
