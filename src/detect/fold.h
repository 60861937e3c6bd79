// Unicode that only looks different, made alike: NFKC, marks on Latin letters dropped, letters of
// other scripts inside Latin words replaced by their look-alikes (UTS 39), what shows nothing and
// terminal escapes removed.
#pragma once

#include <optional>

#include "detect/view.h"

namespace doorward::detect {

// Nothing when the reading would equal the parent.
[[nodiscard]] std::optional<View> fold(const View& parent);

// What one character folds to, UTF-8; by ICU, cached. `look_alike`: also by shape.
[[nodiscard]] std::string_view folded(char32_t point, bool look_alike);

// Bytes of the terminal escape (ECMA-48) that begins at `at`, 0 when none does.
[[nodiscard]] size_t escape_size(std::string_view text, size_t at);

}  // namespace doorward::detect
