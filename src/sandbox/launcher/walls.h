// What the launcher's child does before it becomes bwrap, in this order. Every step that fails
// ends the child with a message that names the step.
#pragma once

#include <string>
#include <vector>

#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {

// New mount and network namespaces; for a gateway that isn't root also a user namespace, in which
// the user stays who it is.
void enter_namespaces(const Spec& spec);

// Brings the loopback device up and hands one listening socket for each Spec::listen out.
void open_doors(const Spec& spec);

// A socket that can be asked about all sockets of the child's network (NETLINK_SOCK_DIAG).
[[nodiscard]] int open_diagnosis();

// Clones every mount of the spec, with no symbolic link on its path, to kStage/INDEX, where
// neither a closed parent folder nor a swapped link matters.
inline constexpr const char* kStage = "/run";
void stage_mounts(const Spec& spec);

// Gives up root for the server's own user, for good. Nothing to do for other gateways.
void drop_user(const Spec& spec);
// The server's user can use what was staged.
void check_staged(const Spec& spec);

// Signals, umask, resource limits of every process.
void set_limits(const Spec& spec);

// The arguments of bwrap, and the memory files that some of them name; `link` stays open in init.
struct Command {
  std::vector<std::string> arguments;
  std::vector<int> keep;
};
[[nodiscard]] Command bwrap_command(const Spec& spec, int link);
[[noreturn]] void become_bwrap(const Spec& spec, int link);

}  // namespace doorward::sandbox::launcher
