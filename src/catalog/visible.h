// Text from a server on one line, with nothing in it that a reader can't see.
#pragma once

#include <string>
#include <string_view>

namespace doorward::catalog {

// A character that leaves a mark, or the plain space. Not: control, format (zero-width, bidi,
// tags), other spaces, private use, unassigned and default-ignorable characters.
[[nodiscard]] bool is_visible(char32_t c);

// Every invisible character spelled out as `<U+200B>`, a line feed as a space, bad UTF-8 as `<?>`.
[[nodiscard]] std::string visible(std::string_view text);

// The same for JSON text, which stays the same value: invisible characters become `\u200b`.
// `json` is valid UTF-8 and valid JSON, in which they only stand inside strings.
[[nodiscard]] std::string escape_invisible(std::string_view json);

}  // namespace doorward::catalog
