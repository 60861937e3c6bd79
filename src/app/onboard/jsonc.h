// JSON with comments and trailing commas, as editors write it.
#pragma once

#include <string>
#include <string_view>

namespace doorward::app {

// The same text with comments and trailing commas as spaces: strict JSON whose offsets are those
// of the original.
[[nodiscard]] std::string blank_comments(std::string_view text);

}  // namespace doorward::app
