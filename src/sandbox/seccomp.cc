#include "sandbox/seccomp.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "base/fd.h"
#include "sandbox/forbidden.h"

namespace doorward::sandbox {
namespace {

// clang-format off
constexpr const char* kAllowed[] = {
    "accept", "accept4", "access", "alarm", "arch_prctl", "bind", "brk", "capget", "capset",
    "chdir", "chmod", "chown", "clock_getres", "clock_gettime", "clock_nanosleep", "close",
    "close_range", "connect", "copy_file_range", "creat", "dup", "dup2", "dup3", "epoll_create",
    "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd",
    "eventfd2", "execve", "execveat", "exit", "exit_group", "faccessat", "faccessat2",
    "fadvise64", "fallocate", "fchdir", "fchmod", "fchmodat", "fchown", "fchownat", "fcntl",
    "fdatasync", "fgetxattr", "flistxattr", "flock", "fork", "fremovexattr", "fsetxattr", "fstat",
    "fstatfs", "fsync", "ftruncate", "futex", "futex_waitv", "futimesat", "getcpu", "getcwd",
    "getdents", "getdents64", "getegid", "geteuid", "getgid", "getgroups", "getitimer",
    "getpeername", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getrandom",
    "getresgid", "getresuid", "getrlimit", "get_robust_list", "getrusage", "getsid",
    "getsockname", "getsockopt", "get_thread_area", "gettid", "gettimeofday", "getuid",
    "getxattr", "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch", "ioctl",
    "ioprio_get", "kill", "landlock_add_rule", "landlock_create_ruleset",
    "landlock_restrict_self", "lchown", "lgetxattr", "link", "linkat", "listen", "listxattr",
    "llistxattr", "lremovexattr", "lseek", "lsetxattr", "lstat", "madvise", "membarrier",
    "mincore", "mkdir", "mkdirat", "mlock", "mlock2", "mmap", "mprotect",
    "mremap", "msync", "munlock", "munmap", "nanosleep", "newfstatat", "open", "openat", "pause",
    "pidfd_open", "pidfd_send_signal", "pipe", "pipe2", "pkey_alloc", "pkey_free",
    "pkey_mprotect", "poll", "ppoll", "prctl", "pread64", "preadv", "preadv2", "prlimit64",
    "process_mrelease", "pselect6", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
    "readlink", "readlinkat", "readv", "recvfrom", "recvmmsg", "recvmsg", "removexattr", "rename",
    "renameat", "renameat2", "restart_syscall", "rmdir", "rseq", "rt_sigaction", "rt_sigpending",
    "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
    "rt_tgsigqueueinfo", "sched_getaffinity", "sched_getattr", "sched_getparam",
    "sched_get_priority_max", "sched_get_priority_min", "sched_getscheduler",
    "sched_rr_get_interval", "sched_yield", "seccomp", "select", "semctl", "semget", "semop",
    "semtimedop", "sendfile", "sendmmsg", "sendmsg", "sendto", "setfsgid", "setfsuid", "setgid",
    "setgroups", "setitimer", "setpgid", "setpriority", "setregid", "setresgid", "setresuid",
    "setreuid", "setrlimit", "set_robust_list", "setsid", "setsockopt", "set_thread_area",
    "set_tid_address", "setuid", "setxattr", "shmat", "shmctl", "shmdt", "shutdown",
    "sigaltstack", "signalfd", "signalfd4", "socketpair", "splice", "stat", "statfs", "statx",
    "symlink", "symlinkat", "sync_file_range", "syncfs", "sysinfo", "tee", "tgkill", "time",
    "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime", "timer_settime",
    "timerfd_create", "timerfd_gettime", "timerfd_settime", "times", "tkill", "truncate", "umask",
    "uname", "unlink", "unlinkat", "utime", "utimensat", "utimes", "vfork", "wait4", "waitid",
    "write", "writev",
};
// Memory that belongs to no process and to no folder: only where a control group counts it.
constexpr const char* kUncounted[] = {"memfd_create", "shmget"};
// Known and refused, so that a program hears "not permitted" and not "no such call".
constexpr const char* kForbidden[] = {
    "add_key", "chroot", "clock_adjtime", "fanotify_init", "fsconfig", "fspick", "get_mempolicy",
    "io_uring_enter", "io_uring_register", "io_uring_setup", "kcmp", "keyctl", "lookup_dcookie",
    "mbind", "migrate_pages", "mount_setattr", "move_pages", "name_to_handle_at", "open_tree",
    "process_madvise", "quotactl", "quotactl_fd", "request_key", "sched_setaffinity",
    "set_mempolicy", "setdomainname", "sethostname", "syslog", "umount", "unshare", "vhangup",
};
// clang-format on

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME.
constexpr uint64_t kNamespaces = 0x7E020080;

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

// Adds rules and remembers whether one failed. Calls that this architecture lacks are skipped:
// the default of `allow` covers them.
class Builder {
 public:
  explicit Builder(uint32_t otherwise) : context_(seccomp_init(otherwise)) {
    good_ =
        context_ && seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW) == 0;
    // A binary tree instead of a chain; an old libseccomp may lack it, which only costs time.
    if (good_) (void)seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  }
  void rule(const char* name, uint32_t action, std::initializer_list<scmp_arg_cmp> when = {}) {
    const int number = seccomp_syscall_resolve_name(name);
    if (!good_ || number < 0) return;
    good_ = seccomp_rule_add_array(context_.get(), action, number,
                                   static_cast<unsigned>(when.size()), when.begin()) == 0;
  }
  void all(std::span<const char* const> names, uint32_t action) {
    for (const char* name : names) rule(name, action);
  }
  [[nodiscard]] Expected<std::string> bytes() const {
    const auto broken = [](const char* what) {
      return failure("sandbox.seccomp", Fault::self,
                     std::string("the system call filter could not be made: ") + what);
    };
    if (!good_) return broken("a rule was refused");
    const Fd file(memfd_create("filter", MFD_CLOEXEC));
    if (!file || seccomp_export_bpf(context_.get(), file.get()) != 0) return broken("export");
    const off_t size = lseek(file.get(), 0, SEEK_END);
    if (size <= 0) return broken("empty");
    std::string out(static_cast<size_t>(size), '\0');
    if (pread(file.get(), out.data(), out.size(), 0) != size) return broken("read");
    return out;
  }

 private:
  Context context_;
  bool good_ = false;
};

void sockets(Builder& to, bool unix_sockets) {
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      to.rule("socket", SCMP_ACT_ALLOW,
              {SCMP_A0(SCMP_CMP_EQ, static_cast<uint64_t>(family)),
               SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, static_cast<uint64_t>(type))});
    }
  }
  // getaddrinfo and os.networkInterfaces ask the kernel for the list of addresses.
  to.rule("socket", SCMP_ACT_ALLOW, {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2(SCMP_CMP_EQ, 0)});
  to.rule("socket", unix_sockets ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM),
          {SCMP_A0(SCMP_CMP_EQ, AF_UNIX)});
}

Expected<std::string> make_allow(bool unix_sockets, bool counted) {
  Builder to(SCMP_ACT_ERRNO(ENOSYS));
  to.all(kAllowed, SCMP_ACT_ALLOW);
  if (!counted) to.all(kUncounted, SCMP_ACT_ALLOW);
  to.all(kForbidden, SCMP_ACT_ERRNO(EPERM));
  // Not refused here, because a refusal would hide the try: doorward-init puts a third program on
  // top that hands these to the launcher, and starts nothing when it can't.
  for (const ForbiddenCall& call : kViolations) to.rule(call.name, SCMP_ACT_ALLOW);
  to.rule("clone", SCMP_ACT_ALLOW, {SCMP_A0(SCMP_CMP_MASKED_EQ, kNamespaces, 0)});
  for (const uint64_t query : {uint64_t{0}, uint64_t{0xFFFFFFFF}}) {
    to.rule("personality", SCMP_ACT_ALLOW, {SCMP_A0(SCMP_CMP_EQ, query)});
  }
  sockets(to, unix_sockets);
  return to.bytes();
}

Expected<std::string> make_deny(bool counted) {
  Builder to(SCMP_ACT_ALLOW);
  const uint32_t no = SCMP_ACT_ERRNO(EPERM);
  // The kernel reads the low 32 bits only (CVE-2019-10063).
  for (const uint64_t request : {uint64_t{TIOCSTI}, uint64_t{TIOCLINUX}, uint64_t{TIOCSCTTY},
                                 uint64_t{TIOCCONS}, uint64_t{TIOCSETD}}) {
    to.rule("ioctl", no, {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, request)});
  }
  // A set-user-id file in the workspace would be one on the host too, where nothing says nosuid.
  for (const uint64_t bit : {uint64_t{S_ISUID}, uint64_t{S_ISGID}}) {
    to.rule("chmod", no, {SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit)});
    to.rule("fchmod", no, {SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit)});
    to.rule("fchmodat", no, {SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit)});
    to.rule("creat", no, {SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit)});
    for (const uint64_t make : {uint64_t{O_CREAT}, uint64_t{O_TMPFILE & ~O_DIRECTORY}}) {
      to.rule("open", no,
              {SCMP_A1(SCMP_CMP_MASKED_EQ, make, make), SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit)});
      to.rule("openat", no,
              {SCMP_A2(SCMP_CMP_MASKED_EQ, make, make), SCMP_A3(SCMP_CMP_MASKED_EQ, bit, bit)});
    }
  }
  // MAP_SHARED | MAP_ANONYMOUS: its pages can live on where no process shows them.
  if (counted)
    to.rule("mmap", SCMP_ACT_ERRNO(ENOMEM),
            {SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS)});
  return to.bytes();
}

Expected<Filters> make(bool unix_sockets, bool counted) {
  auto allow = make_allow(unix_sockets, counted);
  if (!allow) return std::unexpected(allow.error());
  auto deny = make_deny(counted);
  if (!deny) return std::unexpected(deny.error());
  return Filters{std::move(*allow), std::move(*deny)};
}

}  // namespace

Expected<Filters> filters(std::optional<AllowUnixSockets> unix_sockets, bool counted) {
  static const Expected<Filters> usual = make(false, false), usual_counted = make(false, true);
  if (!unix_sockets) return counted ? usual_counted : usual;
  static const Expected<Filters> wider = make(true, false), wider_counted = make(true, true);
  return counted ? wider_counted : wider;
}

}  // namespace doorward::sandbox
