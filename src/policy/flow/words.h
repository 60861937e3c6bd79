// Text as a row of words: the alphabet of everything that `flow` compares.
//
// A word is a run of letters, digits and bytes above ASCII, in lower case; a decimal number is one
// word in its shortest form, so that `98.70`, `98.7` and `0098.7` are alike. What stands between
// words is of no account: `a@b.example`, `A @ b . example` and `a, b: example` are the same three.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::policy::flow {

struct Word {
  uint32_t hash = 0;
  uint32_t begin = 0;  // in the text that was read
  uint32_t end = 0;
};

using Words = std::vector<Word>;

[[nodiscard]] uint32_t hash_bytes(std::string_view bytes);
// Appends the words of `text`, at most `limit`; false when some were left out.
bool read_words(std::string_view text, Words& into, size_t limit = 1U << 20U);
[[nodiscard]] Words words_of(std::string_view text, size_t limit = 1U << 20U);
// How many there are, counted no further than to `limit`.
[[nodiscard]] size_t count_words(std::string_view text, size_t limit);

// By byte: 0 for what stands between words, otherwise the byte in lower case.
inline constexpr std::array<uint8_t, 256> kFold = [] {
  std::array<uint8_t, 256> fold{};
  for (unsigned c = 0; c < 256; ++c) {
    if (c >= 'A' && c <= 'Z')
      fold[c] = static_cast<uint8_t>(c + 32);
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
      fold[c] = static_cast<uint8_t>(c);
  }
  return fold;
}();
[[nodiscard]] inline uint8_t folded(char c) {
  return kFold[static_cast<uint8_t>(c)];
}
// The letters and digits of `text` in lower case, without anything between them.
[[nodiscard]] std::string compact(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);

// Words that say nothing of a topic (`the`, `of`, `please`); English only.
[[nodiscard]] bool is_stop_word(uint32_t hash);
// A noun's or verb's stem, roughly: `hobbies`, `hobby`; `messages`, `message`. Of a lower-case
// word.
[[nodiscard]] std::string stem(std::string_view word);

}  // namespace doorward::policy::flow
