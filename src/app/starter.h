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

// A server that was made of a command line.
struct Wrapped {
  std::string name;
  std::vector<std::string> notes;  // what it gets of the host, and what it doesn't, for a person
};

// Adds the server that `command` starts, with the powers that its own words ask for: its package to
// read, and the folders among its arguments that are written as paths (`/srv/notes`, `./notes`) to
// read, to write where its package is known to be for that; never wide ones, nor such that are
// named for credentials. Relative words count from `folder`, the current one where it is empty;
// words that are no path stay as they are. Errors: config.invalid.
[[nodiscard]] Expected<Wrapped> add_wrapped_server(Config& config,
                                                   const std::vector<std::string>& command,
                                                   const Path& folder = {});

}  // namespace doorward::app
