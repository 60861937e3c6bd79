// How far the match of a pattern may lie from a place inside it, so that a search reads the
// surroundings of a place and not the whole text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace doorward::detect {

// The whole text has to be read.
inline constexpr size_t kNoReach = SIZE_MAX;

// The longest match of a pattern in bytes, and what a trigger may look at beyond it (a border of a
// word, a line's end). A byte class that repeats without bound (`[/\\]+`) counts kRun bytes: longer
// rows are read through by LongRows. Asks Vectorscan; takes microseconds.
inline constexpr size_t kRun = 64;
[[nodiscard]] size_t reach_of_pattern(std::string_view pattern);

// The rows of a text of more than kRun bytes without a blank, or of blanks alone: kRun bytes of
// them count. Few texts have any.
class LongRows {
 public:
  explicit LongRows(std::string_view text);
  // Where a match that holds the place `at` may begin, not before `least`; where it may end, and
  // not further than `most`.
  [[nodiscard]] size_t begin_before(size_t at, size_t reach, size_t least) const;
  [[nodiscard]] size_t end_behind(size_t at, size_t reach, size_t most) const;

 private:
  struct Row {
    size_t from, to;
  };
  [[nodiscard]] bool any_in(size_t from, size_t to) const;
  std::string_view text_;
  std::vector<Row> rows_;
};

}  // namespace doorward::detect
