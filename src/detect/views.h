// All readings of a text, bounded: at most `kMostViews`, nested at most `kDeepest`, together at
// most four times the text and 256 KiB. The text itself comes first.
#pragma once

#include <vector>

#include "detect/view.h"

namespace doorward::detect {

inline constexpr size_t kMostViews = 24;
inline constexpr uint8_t kDeepest = 4;

[[nodiscard]] std::vector<View> views_of(std::string_view text);

}  // namespace doorward::detect
