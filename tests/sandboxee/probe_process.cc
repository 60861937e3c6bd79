// Other processes, users and namespaces.
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

pid_t host_pid() {
  return std::atoi(given("P_PID").c_str());
}

// A child that waits, for what is done to others.
struct Victim {
  pid_t pid = fork();
  Victim() {
    if (pid == 0) {
      pause();
      _exit(0);
    }
  }
  ~Victim() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
};

Result trace_child() {
  const Victim victim;
  return refused(ptrace(PTRACE_SEIZE, victim.pid, 0, 0));
}
Result trace_self() {
  return in_child([] { return refused(ptrace(PTRACE_TRACEME, 0, 0, 0)); });
}
Result trace_init() {
  return refused(ptrace(PTRACE_SEIZE, 1, 0, 0));
}
Result read_child() {
  static char mine[8] = "secret";
  const Victim victim;
  char copy[8];
  const iovec here{copy, 8}, there{mine, 8};
  return refused(process_vm_readv(victim.pid, &here, 1, &there, 1, 0));
}
Result write_child() {
  static char mine[8] = "secret";
  const Victim victim;
  char copy[8] = {};
  const iovec here{copy, 8}, there{mine, 8};
  return refused(process_vm_writev(victim.pid, &here, 1, &there, 1, 0));
}
Result take_descriptor() {
  const Victim victim;
  const auto pidfd = syscall(SYS_pidfd_open, victim.pid, 0);
  return refused(syscall(SYS_pidfd_getfd, pidfd, 1, 0));
}
Result compare_child() {
  const Victim victim;
  return unreachable(syscall(SYS_kcmp, getpid(), victim.pid, 1, 0, 0));
}
Result opens(const char* path, int how) {
  return refused(open(path, how));
}
Result see_host_process() {
  struct stat info{};
  return refused(stat(("/proc/" + given("P_PID")).c_str(), &info));
}
Result signal_host() {
  return refused(kill(host_pid(), 0));
}
Result open_host_pidfd() {
  return refused(syscall(SYS_pidfd_open, host_pid(), 0));
}
Result kill_init() {
  kill(1, SIGKILL);
  kill(1, SIGSTOP);
  // It would have taken this process with it.
  return Result::denied;
}
Result become_root() {
  return setuid(0) == 0 || setreuid(0, 0) == 0 || setresuid(0, 0, 0) == 0 ? Result::open
                                                                          : Result::denied;
}
Result become_root_group() {
  return setgid(0) == 0 || setresgid(0, 0, 0) == 0 ? Result::open : Result::denied;
}
Result join_groups() {
  const gid_t root = 0;
  return refused(syscall(SYS_setgroups, 1, &root));
}
Result raise_capabilities() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
  return refused(syscall(SYS_capset, &head, data));
}
Result has_bounding_set() {
  for (int cap = 0; cap < 41; ++cap) {
    if (prctl(PR_CAPBSET_READ, cap) == 1) return Result::open;
  }
  return Result::denied;
}
Result may_gain_privileges() {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? Result::denied : Result::open;
}
Result has_no_filter() {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 ? Result::denied : Result::open;
}
Result priority() {
  return refused(setpriority(PRIO_PROCESS, 0, -20));
}
Result real_time() {
  const sched_param parameters{10};
  return refused(sched_setscheduler(0, SCHED_FIFO, &parameters));
}
Result raise_limit() {
  const rlimit more{1 << 20, 1 << 20};
  return refused(setrlimit(RLIMIT_NOFILE, &more));
}
Result widen_affinity() {
  cpu_set_t all;
  std::memset(&all, 0xFF, sizeof all);
  return refused(sched_setaffinity(0, sizeof all, &all));
}
Result core_dumps() {
  rlimit now{};
  getrlimit(RLIMIT_CORE, &now);
  return now.rlim_max == 0 ? Result::denied : Result::open;
}
Result host_shared_memory() {
  const void* at = shmat(std::atoi(given("P_SHM").c_str()), nullptr, 0);
  return at == reinterpret_cast<void*>(-1) ? Result::denied : Result::open;
}

template <int flag>
Result leaves() {
  return in_child([] { return refused(unshare(flag)); });
}
template <int flag>
Result clones() {
  const long pid = syscall(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return refused(pid);
}
Result clone3_user() {
  uint64_t arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
  const long pid = syscall(SYS_clone3, arguments, 64);
  if (pid == 0) _exit(0);
  return refused(pid);
}
Result enter_namespace() {
  const int fd = open("/proc/self/ns/user", O_RDONLY);
  return unreachable(setns(fd, 0));
}
Result enter_network() {
  const int fd = open("/proc/self/ns/net", O_RDONLY);
  return unreachable(setns(fd, 0));
}

const Probe kProbes[] = {
    {"trace_child", Kind::bare, trace_child},
    {"trace_self", Kind::bare, trace_self},
    {"trace_init", Kind::attack, trace_init},
    {"read_child", Kind::bare, read_child},
    {"write_child", Kind::bare, write_child},
    {"take_descriptor", Kind::bare, take_descriptor},
    {"compare_child", Kind::bare, compare_child},
    {"init_memory", Kind::attack, [] { return opens("/proc/1/mem", O_RDWR); }},
    {"init_maps", Kind::attack, [] { return opens("/proc/1/maps", O_RDONLY); }},
    {"init_environment", Kind::attack, [] { return opens("/proc/1/environ", O_RDONLY); }},
    {"init_descriptors", Kind::attack, [] { return opens("/proc/1/fd", O_RDONLY); }},
    {"init_root", Kind::attack, [] { return opens("/proc/1/root/usr", O_RDONLY); }},
    {"init_namespace", Kind::attack, [] { return opens("/proc/1/ns/mnt", O_RDONLY); }},
    {"see_host_process", Kind::bare, see_host_process},
    {"signal_host", Kind::bare, signal_host},
    {"open_host_pidfd", Kind::bare, open_host_pidfd},
    {"kill_init", Kind::attack, kill_init},
    {"become_root", Kind::attack, become_root},
    {"become_root_group", Kind::attack, become_root_group},
    {"join_groups", Kind::attack, join_groups},
    {"raise_capabilities", Kind::attack, raise_capabilities},
    {"has_bounding_set", Kind::attack, has_bounding_set},
    {"may_gain_privileges", Kind::bare, may_gain_privileges},
    {"has_no_filter", Kind::attack, has_no_filter},
    {"priority", Kind::attack, priority},
    {"real_time", Kind::attack, real_time},
    {"raise_limit", Kind::attack, raise_limit},
    {"widen_affinity", Kind::bare, widen_affinity},
    {"core_dumps", Kind::attack, core_dumps},
    {"host_shared_memory", Kind::bare, host_shared_memory},
    {"unshare_user", Kind::bare, leaves<CLONE_NEWUSER>},
    {"unshare_mounts", Kind::attack, leaves<CLONE_NEWNS>},
    {"unshare_network", Kind::attack, leaves<CLONE_NEWNET>},
    {"unshare_processes", Kind::attack, leaves<CLONE_NEWPID>},
    {"unshare_user_and_mounts", Kind::bare, leaves<CLONE_NEWUSER | CLONE_NEWNS>},
    {"unshare_time", Kind::attack, leaves<0x80>},
    {"clone_user", Kind::bare, clones<CLONE_NEWUSER>},
    {"clone_user_and_network", Kind::bare, clones<CLONE_NEWUSER | CLONE_NEWNET>},
    {"clone3_user", Kind::bare, clone3_user},
    {"enter_namespace", Kind::attack, enter_namespace},
    {"enter_network", Kind::attack, enter_network},
};

}  // namespace

std::span<const Probe> process_probes() {
  return kProbes;
}

}  // namespace probe
