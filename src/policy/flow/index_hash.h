// Hashes of words and of letters in a row, as the index keeps them. Internal to it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

inline uint32_t bucket_of(uint32_t hash, size_t buckets) {
  return (hash ^ (hash >> 12U)) & static_cast<uint32_t>(buckets - 1);
}

// Calls visit(hash) for one in four of all runs of five letters and digits, the same ones in every
// text: spaces and points between them don't count.
template <class Visit>
void sampled_grams(std::string_view text, Visit visit) {
  constexpr uint32_t kBase = 0x01000193U;
  constexpr uint32_t kOut = kBase * kBase * kBase * kBase * kBase;
  std::array<uint8_t, 8> last{};
  uint32_t hash = 0;
  uint32_t count = 0;
  for (const char c : text) {
    const uint8_t letter = folded(c);
    if (letter == 0) continue;
    hash = hash * kBase + letter - last[(count - 5U) & 7U] * kOut;
    last[count & 7U] = letter;
    if (++count < 5) continue;
    const uint32_t mixed = hash * 0x9E3779B1U;
    if (mixed >> 30U == 0) visit(mixed >> 8U);
  }
}

inline bool contains(const std::vector<uint32_t>& sorted, uint32_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

}  // namespace doorward::policy::flow
