// System calls that no MCP server makes by accident: a try is a violation (R10.8). The launcher
// answers each with EPERM and tells the gateway. Browsers and libraries probe for others (io_uring,
// keyctl, unshare …): those are only refused, in seccomp.cc.
#pragma once

#include <linux/audit.h>
#include <sys/syscall.h>

namespace doorward::sandbox {

struct ForbiddenCall {
  const char* name;
  int number;
};

// Calls through another door than the architecture's own (32-bit, x32) are all forbidden: their
// numbers mean other things.
#if defined(__x86_64__)
inline constexpr unsigned kNativeCalls = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
inline constexpr unsigned kNativeCalls = AUDIT_ARCH_AARCH64;
#else
#error "which architecture's system calls are these?"
#endif
inline constexpr unsigned kForeignFrom = 0x40000000;  // x32's numbers begin here
inline constexpr const char* kForeignCall = "a call of another architecture";

inline constexpr ForbiddenCall kViolations[] = {
    {"acct", SYS_acct},
    {"bpf", SYS_bpf},
    {"clock_settime", SYS_clock_settime},
    {"delete_module", SYS_delete_module},
    {"finit_module", SYS_finit_module},
    {"fsmount", SYS_fsmount},
    {"fsopen", SYS_fsopen},
    {"init_module", SYS_init_module},
#ifdef SYS_iopl
    {"ioperm", SYS_ioperm},
    {"iopl", SYS_iopl},
#endif
    {"kexec_file_load", SYS_kexec_file_load},
    {"kexec_load", SYS_kexec_load},
    {"mount", SYS_mount},
    {"move_mount", SYS_move_mount},
    {"open_by_handle_at", SYS_open_by_handle_at},
    {"perf_event_open", SYS_perf_event_open},
    {"pidfd_getfd", SYS_pidfd_getfd},
    {"pivot_root", SYS_pivot_root},
    {"process_vm_readv", SYS_process_vm_readv},
    {"process_vm_writev", SYS_process_vm_writev},
    {"ptrace", SYS_ptrace},
    {"reboot", SYS_reboot},
    {"setns", SYS_setns},
    {"settimeofday", SYS_settimeofday},
    {"swapoff", SYS_swapoff},
    {"swapon", SYS_swapon},
    {"umount2", SYS_umount2},
    {"userfaultfd", SYS_userfaultfd},
};

}  // namespace doorward::sandbox
