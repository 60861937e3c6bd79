// References between schemas: RFC 3986 resolution and RFC 6901 pointers. Internal to wire's
// schemas.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace doorward::wire {

// RFC 3986 section 5.2. `base` may be empty: then the reference stays as it is.
[[nodiscard]] std::string resolve_uri(std::string_view base, std::string_view reference);

struct SplitUri {
  std::string_view document;
  std::string_view fragment;  // without `#`, still percent-encoded
};
[[nodiscard]] SplitUri split_fragment(std::string_view uri);

// Nothing at a `%` without two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

// One token of a JSON pointer: `~1` is `/`, `~0` is `~`; nothing at any other `~`.
[[nodiscard]] std::optional<std::string> pointer_token(std::string_view text);
[[nodiscard]] std::string as_pointer_token(std::string_view name);

}  // namespace doorward::wire
