// What processes keep without a name: files that were unlinked while open or mapped, and
// descriptors that travel between them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <vector>

#include "sandbox/launcher/disk.h"

namespace doorward::sandbox::launcher {

// Bytes on `devices` that are in no folder any more. What can't be measured counts as `worst`: a
// file that is only mapped, to a launcher that isn't root, and one that is on its way through a
// unix socket.
[[nodiscard]] uint64_t held_bytes(const std::vector<pid_t>& processes,
                                  const std::set<dev_t>& devices, uint64_t worst,
                                  std::set<FileId>& seen);

// Bytes that the kernel keeps in the sockets of one network namespace: those of the netlink socket
// `diagnosis` (NETLINK_SOCK_DIAG). Of unix sockets with something to read, whose writer may be
// gone, the most that they can hold.
[[nodiscard]] uint64_t socket_bytes(int diagnosis);

}  // namespace doorward::sandbox::launcher
