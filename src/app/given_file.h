// A file that the command line names; unlike files of the state folder it may be a link.
#pragma once

#include <string>

#include "base/error.h"

namespace doorward::app {

// The whole of a regular file (or a pipe) of at most `limit` bytes. Errors: config.unreadable.
[[nodiscard]] Expected<std::string> read_given_file(const std::string& path, size_t limit);

}  // namespace doorward::app
