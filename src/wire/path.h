// File paths as arguments name them, read the way the most generous server would (R10.2). Lexical
// only: links are the kernel's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace doorward::wire {

enum class PathFault : uint8_t {
  none,
  control,    // a NUL or another control character
  disguised,  // `..` or a separator that only shows after decoding or folding look-alikes
  climbs,     // `..` leads above where the path begins
};

struct PathText {
  PathFault fault = PathFault::none;
  bool absolute = false;
  bool home = false;   // `~` or `~name`
  std::string normal;  // without `.`, `..`, empty components and a trailing slash; `/` for the root
};

// `file:` URLs are read as the path that they name. A backslash counts as a separator only where it
// makes a `..`: it is an ordinary letter of a name on Linux.
[[nodiscard]] PathText read_path(std::string_view text);

// `normal` is `root` or lies below it, by whole components: `/data-evil` is not below `/data`.
[[nodiscard]] bool is_below(std::string_view normal, std::string_view root);

}  // namespace doorward::wire
