// What the model sees of a text: hashed character and word sequences of a plain form of it, the
// same in training and at work. Letters in lower case, digits as 0, long runs shortened; URLs,
// addresses and paths as one mark each, so that a model learns how people speak and not names.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::detect {

inline constexpr unsigned kFeatureBits = 18;
inline constexpr uint32_t kFeatures = 1U << kFeatureBits;

enum class FeatureSet : uint8_t {
  prose,   // words matter: definitions and prompts
  data,    // words matter, and of which kind they are: instructions among other text
  symbols  // signs matter: arguments
};

// The plain form of a text.
[[nodiscard]] std::string plain_form(std::string_view text, FeatureSet set);

// Pieces of prose as a reader takes them: sentences, lines, cells, fields of JSON. In order, not
// overlapping; nothing but blanks lies between two. Linear in the text.
struct Window {
  size_t from, to;
};
[[nodiscard]] std::vector<Window> pieces_of(std::string_view text);

// Calls `with(first, last)` for each run of neighbouring pieces that is judged as one: the shortest
// first, at most `kLongestRun` pieces and `width` bytes.
inline constexpr size_t kLongestRun = 4;
template <class With>
void for_each_run(std::span<const Window> pieces, size_t width, With&& with) {
  for (size_t first = 0; first < pieces.size(); ++first)
    for (size_t last = first; last < pieces.size() && last < first + kLongestRun; ++last) {
      if (last > first && pieces[last].to - pieces[first].from > width) break;
      with(first, last);
    }
}

// Each feature of `plain` once, in the order of first sight. Linear in the text.
void features_of(std::string_view plain, FeatureSet set, std::vector<uint32_t>& features);

// What a sum over many features is divided by, as long texts have more of them: `power` of their
// number.
[[nodiscard]] inline double norm_of(size_t count, double power) {
  return std::pow(static_cast<double>(count) + 8, power);
}

// What they weigh together, and how many there are.
struct FeatureSum {
  int64_t sum = 0;
  size_t count = 0;
};
[[nodiscard]] FeatureSum sum_of(std::string_view plain, FeatureSet set, const int8_t* weights);

// A rule's hit as the model sees it: features of the piece that it stands in, told several times,
// because one feature of many weighs nothing. What a rule is worth is learnt from data.
struct Mark {
  size_t at;  // in the text that the pieces are of
  uint32_t rule, strength;
};
[[nodiscard]] Mark mark_of(std::string_view rule, double weight, size_t at);
inline constexpr int kMarkTold = 6;
// Adds the features of the marks within [from, to); each rule once.
void add_marks(std::span<const Mark> marks, Window where, std::vector<uint32_t>& features);

// Windows over a long text: [from, to), half overlapping, ending at blanks where they can.
[[nodiscard]] std::vector<Window> windows_of(std::string_view text, size_t width);

}  // namespace doorward::detect
