// The powers of a plan that a person should have meant: each widens what a server that turns
// hostile can do. `check` shows them loudly, `explain` counts them.
#pragma once

#include <string>
#include <vector>

#include "sandbox/plan.h"

namespace doorward::sandbox {

// A folder in which keys and the files of other programs lie: `/home`, `/var`, `/home/ana`.
[[nodiscard]] bool is_wide(const std::filesystem::path& path);
// Credentials of a person or of tools lie there by custom: `.ssh`, `.aws`, `.env`.
[[nodiscard]] bool holds_credentials(const std::filesystem::path& path);
// The name of such a thing that stands in `folder` itself; "" where none does. Looks at the disk.
[[nodiscard]] std::string credentials_in(const std::filesystem::path& folder);

struct Power {
  std::string name;  // network.wildcard, network.host, network.private, files.wide,
                     // files.credentials, files.sent, git.write, sockets.unix,
                     // memory.large
  std::string what;  // one sentence, with what it touches
};

[[nodiscard]] std::vector<Power> dangerous_powers(const LaunchPlan& plan);

}  // namespace doorward::sandbox
