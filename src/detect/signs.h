// Which disguises a text may wear: quick looks that never miss one, so that a decoder reads only
// texts that hold something for it. Most texts hold nothing, and a few bytes in a row tell that.
#pragma once

#include <string_view>

namespace doorward::detect {

struct Signs {
  bool percent = false, backslash = false, ampersand = false, equals = false, less = false;
  bool run = false;       // 16 letters and digits in a row
  bool hex = false;       // six pairs of hex digits in a row, parted or not
  bool spaced = false;    // single letters between separators
  bool leet = false;      // two words with digits or signs for letters
  bool rotated = false;   // a telling word in rot13
  bool reversed = false;  // two of them backwards
};

[[nodiscard]] Signs signs_of(std::string_view text);

// Five digits within sixteen bytes: no number of a person has fewer.
[[nodiscard]] bool has_dense_digits(std::string_view text);

}  // namespace doorward::detect
