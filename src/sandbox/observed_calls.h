// System calls that `sandbox learn` looks at, and where their arguments stand. Not a wall: each
// goes on to the kernel whatever was seen.
#pragma once

#include <sys/syscall.h>

#include <cstdint>

namespace doorward::sandbox {

// What a call says about the server's needs.
enum class Look : uint8_t {
  ask,      // whether something is there: stat, access
  open,     // by its flags read or write
  write,    // make, change, remove
  execute,  //
  connect,  // an address
  send,     // perhaps a question to a name server
  send_messages,
};

struct ObservedCall {
  int number;
  Look look;
  int8_t folder;  // argument with the folder's descriptor; -1 = the current folder
  int8_t path;    // argument with the path or the address
  int8_t flags = -1;
};

inline constexpr ObservedCall kObserved[] = {
#ifdef SYS_open
    {SYS_open, Look::open, -1, 0, 1},
    {SYS_creat, Look::write, -1, 0},
    {SYS_stat, Look::ask, -1, 0},
    {SYS_lstat, Look::ask, -1, 0},
    {SYS_access, Look::ask, -1, 0},
    {SYS_mkdir, Look::write, -1, 0},
    {SYS_unlink, Look::write, -1, 0},
    {SYS_rmdir, Look::write, -1, 0},
    {SYS_rename, Look::write, -1, 1},
#endif
    {SYS_openat, Look::open, 0, 1, 2},
    {SYS_newfstatat, Look::ask, 0, 1},
    {SYS_statx, Look::ask, 0, 1},
    {SYS_faccessat, Look::ask, 0, 1},
    {SYS_faccessat2, Look::ask, 0, 1},
    {SYS_mkdirat, Look::write, 0, 1},
    {SYS_unlinkat, Look::write, 0, 1},
    {SYS_renameat2, Look::write, 2, 3},
    {SYS_execve, Look::execute, -1, 0},
    {SYS_connect, Look::connect, -1, 1},
    {SYS_sendto, Look::send, -1, 1, 2},
    // Not `sendmsg`: with it doorward-init hands the listener out that answers these calls.
    {SYS_sendmmsg, Look::send_messages, -1, 1},
};

}  // namespace doorward::sandbox
