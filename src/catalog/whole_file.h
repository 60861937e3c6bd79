// Files that are replaced whole: a reader, and a power cut, find the old or the new one.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace doorward::catalog {

// Writes beside the file and renames over it. Errors: catalog.lock_io.
[[nodiscard]] Expected<void> replace_file(const std::string& path, std::string_view text);

}  // namespace doorward::catalog
