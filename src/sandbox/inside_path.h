// Where a path that a server names leads to on the host, its links followed as they stand now.
#pragma once

#include <string>
#include <vector>

#include "sandbox/plan.h"

namespace doorward::sandbox {

// True where `path`, absolute inside or counted from the first of `mounts`, comes out of all mounts
// and of `/tmp` through a symbolic link, or never ends. A mount without `from` is not looked into.
[[nodiscard]] bool leads_out(const std::vector<Mount>& mounts, const std::string& path);

}  // namespace doorward::sandbox
