// The two system call filters of every server, compiled once.
//
// `allow` lets through what ordinary programs need, answers ENOSYS to the rest (so that libc and
// libuv fall back), EPERM to what is dangerous, and kills on a foreign architecture. `deny` looks
// at arguments: terminal injection by ioctl, set-user-id bits. A call passes if both pass it, and
// the third one, of doorward-init, which hands the calls of forbidden.h to the launcher.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

struct Filters {
  std::string allow;  // classic BPF, as bwrap --add-seccomp-fd reads it
  std::string deny;
};

// `counted`: no control group counts memory, so none may be had that belongs to no process: memory
// files, System V segments, shared anonymous maps. Calls of another architecture pass here and are
// answered by the program that doorward-init puts on top, as those of forbidden.h are.
// Errors: sandbox.seccomp.
[[nodiscard]] Expected<Filters> filters(std::optional<AllowUnixSockets> unix_sockets = {},
                                        bool counted = false);

}  // namespace doorward::sandbox
