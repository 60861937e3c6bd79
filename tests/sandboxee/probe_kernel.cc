// System calls that no server needs and that widen the attack surface of the kernel. Most are made
// with useless arguments: what matters is whether the kernel looks at them.
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

template <long number>
Result reaches() {
  return unreachable(syscall(number, -1, 0, 0, 0, 0, 0));
}

int terminal() {
  const int fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (fd >= 0) {
    grantpt(fd);
    unlockpt(fd);
  }
  return fd;
}
Result terminal_call(unsigned long request) {
  const int fd = terminal();
  if (fd < 0) return Result::broken;
  char byte = 'x';
  return ioctl(fd, request, &byte) == -1 && errno == EPERM ? Result::denied : Result::open;
}
Result wide_terminal_call() {
  const int fd = terminal();
  char byte = 'x';
  const long answer = syscall(SYS_ioctl, fd, 0x100000000UL | TIOCSTI, &byte);
  return answer == -1 && errno == EPERM ? Result::denied : Result::open;
}
Result change_personality() {
  return refused(personality(ADDR_NO_RANDOMIZE));
}
Result mount_tmpfs() {
  return refused(mount("t", "/tmp", "tmpfs", 0, ""));
}
Result bind_root() {
  return refused(mount("/", "/tmp", nullptr, MS_BIND, nullptr));
}
Result remount_usr() {
  return refused(mount(nullptr, "/usr", nullptr, MS_REMOUNT | MS_BIND, nullptr));
}
Result mount_proc() {
  return refused(mount("p", "/tmp", "proc", 0, nullptr));
}
Result unmount() {
  return refused(umount2("/proc", MNT_DETACH));
}
Result root_change() {
  return in_child([] { return refused(chroot("/tmp")); });
}
Result host_name() {
  return in_child([] {
    char name[64] = {};
    if (gethostname(name, sizeof name) != 0) return Result::broken;
    return refused(sethostname(name, std::strlen(name)));
  });
}

#if defined(__x86_64__)
// The 32-bit entry: other numbers, other rules.
Result old_entry() {
  return in_child([] {
    long answer = 0;
    __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20) : "memory");  // getpid
    return answer > 0 ? Result::open : Result::denied;
  });
}
Result x32_entry() {
  return in_child([] { return unreachable(syscall(0x40000000 + SYS_getpid)); });
}
#endif

const Probe kProbes[] = {
    {"keyctl", Kind::bare, reaches<SYS_keyctl>},
    {"add_key", Kind::bare, reaches<SYS_add_key>},
    {"request_key", Kind::bare, reaches<SYS_request_key>},
    {"bpf", Kind::attack, reaches<SYS_bpf>},
    {"perf_event_open", Kind::bare, reaches<SYS_perf_event_open>},
    {"userfaultfd", Kind::attack, reaches<SYS_userfaultfd>},
    {"io_uring_setup", Kind::attack, reaches<SYS_io_uring_setup>},
    {"io_uring_enter", Kind::attack, reaches<SYS_io_uring_enter>},
    {"io_uring_register", Kind::attack, reaches<SYS_io_uring_register>},
    {"init_module", Kind::attack, reaches<SYS_init_module>},
    {"finit_module", Kind::attack, reaches<SYS_finit_module>},
    {"delete_module", Kind::attack, reaches<SYS_delete_module>},
    {"kexec_load", Kind::attack, reaches<SYS_kexec_load>},
    {"kexec_file_load", Kind::attack, reaches<SYS_kexec_file_load>},
    {"swapon", Kind::attack, reaches<SYS_swapon>},
    {"acct", Kind::attack, reaches<SYS_acct>},
    {"quotactl", Kind::attack, reaches<SYS_quotactl>},
    {"syslog", Kind::attack, reaches<SYS_syslog>},
    {"clock_settime", Kind::attack, reaches<SYS_clock_settime>},
    {"settimeofday", Kind::attack, reaches<SYS_settimeofday>},
    {"clock_adjtime", Kind::attack, reaches<SYS_clock_adjtime>},
    {"adjtimex", Kind::bare, reaches<SYS_adjtimex>},
    {"mbind", Kind::bare, reaches<SYS_mbind>},
    {"move_pages", Kind::attack, reaches<SYS_move_pages>},
    {"migrate_pages", Kind::bare, reaches<SYS_migrate_pages>},
    {"set_mempolicy", Kind::bare, reaches<SYS_set_mempolicy>},
    {"fanotify_init", Kind::attack, reaches<SYS_fanotify_init>},
    {"memfd_secret", Kind::attack, reaches<447>},
    {"vmsplice", Kind::bare, reaches<SYS_vmsplice>},
    {"remap_file_pages", Kind::bare, reaches<SYS_remap_file_pages>},
    {"io_setup", Kind::bare, reaches<SYS_io_setup>},
    {"mq_open", Kind::attack, reaches<SYS_mq_open>},
    {"msgget", Kind::attack, reaches<SYS_msgget>},
    {"ioprio_set", Kind::bare, reaches<SYS_ioprio_set>},
    {"mlockall", Kind::bare, reaches<SYS_mlockall>},
    {"statmount", Kind::attack, reaches<457>},
    {"listmount", Kind::attack, reaches<458>},
    {"process_madvise", Kind::bare, reaches<SYS_process_madvise>},
    {"fsopen", Kind::attack, reaches<SYS_fsopen>},
    {"open_tree", Kind::bare, reaches<SYS_open_tree>},
    {"move_mount", Kind::attack, reaches<SYS_move_mount>},
    {"mount_setattr", Kind::attack, reaches<SYS_mount_setattr>},
    {"pivot_root", Kind::attack, reaches<SYS_pivot_root>},
    {"vhangup", Kind::attack, reaches<SYS_vhangup>},
    {"mount_tmpfs", Kind::attack, mount_tmpfs},
    {"bind_root", Kind::attack, bind_root},
    {"remount_usr", Kind::attack, remount_usr},
    {"mount_proc", Kind::attack, mount_proc},
    {"unmount", Kind::attack, unmount},
    {"root_change", Kind::attack, root_change},
    {"host_name", Kind::attack, host_name},
    {"change_personality", Kind::bare, change_personality},
    {"terminal_injection", Kind::attack, [] { return terminal_call(TIOCSTI); }},
    {"terminal_injection_wide", Kind::attack, wide_terminal_call},
    {"terminal_selection", Kind::bare, [] { return terminal_call(TIOCLINUX); }},
    {"terminal_control", Kind::attack, [] { return terminal_call(TIOCSCTTY); }},
    {"terminal_console", Kind::attack, [] { return terminal_call(TIOCCONS); }},
    {"terminal_discipline", Kind::bare, [] { return terminal_call(TIOCSETD); }},
#if defined(__x86_64__)
    {"ioperm", Kind::attack, reaches<SYS_ioperm>},
    {"iopl", Kind::attack, reaches<SYS_iopl>},
    {"old_entry", Kind::attack, old_entry},
    {"x32_entry", Kind::attack, x32_entry},
#endif
};

}  // namespace

std::span<const Probe> kernel_probes() {
  return kProbes;
}

}  // namespace probe
