#include "detect/characters.h"

#include <array>
#include <cstring>

namespace doorward::detect {

Character character_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first < 0xE0 && tail(1))
    return {(first & 0x1FU) << 6 | (byte(1) & 0x3FU), 2};
  if (first >= 0xE0 && first < 0xF0 && tail(1) && tail(2)) {
    const char32_t point = (first & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    if (point >= 0x800 && (point < 0xD800 || point > 0xDFFF)) return {point, 3};
  }
  if (first >= 0xF0 && first < 0xF5 && tail(1) && tail(2) && tail(3)) {
    const char32_t point = (first & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 |
                           (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
    if (point >= 0x10000 && point <= 0x10FFFF) return {point, 4};
  }
  return {0xFFFD, 1};
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&](unsigned bits) { out += static_cast<char>(bits); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6);
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12);
    put(0x80U | (point >> 6 & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | point >> 18);
    put(0x80U | (point >> 12 & 0x3FU));
    put(0x80U | (point >> 6 & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

size_t next_beyond_ascii(std::string_view text, size_t at) {
  constexpr uint64_t kHigh = 0x8080808080808080ULL;
  std::array<uint64_t, 4> words;
  for (; at + sizeof words <= text.size(); at += sizeof words) {
    std::memcpy(words.data(), text.data() + at, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHigh) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool is_ascii(std::string_view text) {
  return next_beyond_ascii(text, 0) == text.size();
}

bool is_valid_utf8(std::string_view text) {
  for (size_t at = next_beyond_ascii(text, 0); at < text.size(); at = next_beyond_ascii(text, at)) {
    const Character c = character_at(text, at);
    if (c.point == 0xFFFD && c.size == 1) return false;
    at += c.size;
  }
  return true;
}

}  // namespace doorward::detect
