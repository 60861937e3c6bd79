// What the model sees of a text: hashed character and word sequences of a plain form of it, the
// same in training and at work. Letters in lower case, digits as 0, long runs shortened; URLs,
// addresses and paths as one mark each, so that a model learns how people speak and not names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::detect {

inline constexpr unsigned kFeatureBits = 18;
inline constexpr uint32_t kFeatures = 1U << kFeatureBits;

enum class FeatureSet : uint8_t {
  prose,   // words matter: instructions in data
  symbols  // signs matter: arguments
};

// The plain form of a text.
[[nodiscard]] std::string plain_form(std::string_view text, FeatureSet set);

// Each feature of `plain` once, in the order of first sight. Linear in the text.
void features_of(std::string_view plain, FeatureSet set, std::vector<uint32_t>& features);

// Windows over a long text: [from, to), half overlapping, ending at blanks where they can.
struct Window {
  size_t from, to;
};
[[nodiscard]] std::vector<Window> windows_of(std::string_view text, size_t width);

}  // namespace doorward::detect
