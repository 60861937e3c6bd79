// Files that a person names, on the command line or in the configuration; unlike files of the state
// folder they may be links.
#pragma once

#include <string>

#include "base/error.h"

namespace doorward::app {

// The whole of a regular file (or a pipe) of at most `limit` bytes. Errors: config.unreadable.
[[nodiscard]] Expected<std::string> read_given_file(const std::string& path, size_t limit);
// The same of a regular file alone: a folder, a pipe or a device is refused before it is read, so
// that nothing waits or has no end. Errors: config.unreadable.
[[nodiscard]] Expected<std::string> read_regular_file(const std::string& path, size_t limit);

}  // namespace doorward::app
