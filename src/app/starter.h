// What `wrap -- CMD` runs with where there is no configuration: the built-in starter policy.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

// State below $XDG_STATE_HOME (or ~/.local/state); everyone who is authenticated may read and
// write, everything else is held.
[[nodiscard]] Config starter_config();

// Adds the server that `command` starts, with the powers that its own words ask for: its package
// to read, and folders that stand among its arguments to read and write. Returns its name.
// Relative words count from `folder`, the current one where it is empty. Errors: config.invalid.
[[nodiscard]] Expected<std::string> add_wrapped_server(Config& config,
                                                       const std::vector<std::string>& command,
                                                       const Path& folder = {});

}  // namespace doorward::app
