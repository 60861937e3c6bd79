// What changed between two texts, word by word, as a person reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::catalog {

struct WordEdit {
  enum class What : uint8_t { same, removed, added };
  What what = What::same;
  std::string text;  // whole words with the white space between them
};

// A shortest list of edits over words. Beyond 800 changed words on a side the middle counts as
// replaced whole.
[[nodiscard]] std::vector<WordEdit> word_diff(std::string_view before, std::string_view after);

// One line: `Sends mail [-to one-]{+to many+}`. A long unchanged run is cut in its middle, and
// `visible` is applied.
[[nodiscard]] std::string render(const std::vector<WordEdit>& edits);

}  // namespace doorward::catalog
