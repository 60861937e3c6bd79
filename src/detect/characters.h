// UTF-8 and the classes of characters that hide text. Bad UTF-8 reads as one U+FFFD a byte.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace doorward::detect {

struct Character {
  char32_t point = 0;
  uint8_t size = 1;  // bytes
};

[[nodiscard]] Character character_at(std::string_view text, size_t at);
void append_utf8(std::string& out, char32_t point);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
[[nodiscard]] bool is_ascii(std::string_view text);
// The first byte from `at` on that is not ASCII; the size where there is none.
[[nodiscard]] size_t next_beyond_ascii(std::string_view text, size_t at);

// U+E0020..U+E007E mirror ASCII and show nothing.
[[nodiscard]] constexpr bool is_tag(char32_t c) {
  return c >= 0xE0000 && c <= 0xE007F;
}
[[nodiscard]] constexpr bool is_variation_selector(char32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
         (c >= 0x180B && c <= 0x180D) || c == 0x180F;
}
[[nodiscard]] constexpr bool is_bidi_control(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}
[[nodiscard]] constexpr bool is_zero_width(char32_t c) {
  return c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0x180E ||
         (c >= 0x2061 && c <= 0x2064) || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164 ||
         c == 0xFFA0 || (c >= 0x1D173 && c <= 0x1D17A) || (c >= 0x206A && c <= 0x206F);
}
// Everything above, and what else shows nothing: U+00AD, U+200E, U+200F, U+061C.
[[nodiscard]] constexpr bool is_invisible(char32_t c) {
  return is_tag(c) || is_variation_selector(c) || is_bidi_control(c) || is_zero_width(c) ||
         c == 0x00AD || c == 0x200E || c == 0x200F || c == 0x061C;
}

// What a byte is, as bits: one look instead of up to seven comparisons.
inline constexpr uint8_t kLetterBit = 1, kDigitBit = 2, kUnderscoreBit = 4, kSpaceBit = 8;
inline constexpr std::array<uint8_t, 256> kClassOfByte = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = kLetterBit;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = kDigitBit;
  for (unsigned c = '\t'; c <= '\r'; ++c) table[c] = kSpaceBit;
  table[' '] = kSpaceBit;
  table['_'] = kUnderscoreBit;
  return table;
}();
[[nodiscard]] constexpr bool has_bits(char c, unsigned bits) {
  return (kClassOfByte[static_cast<uint8_t>(c)] & bits) != 0;
}

[[nodiscard]] constexpr bool is_letter(char c) {
  return has_bits(c, kLetterBit);
}
[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_word(char c) {
  return has_bits(c, kLetterBit | kDigitBit | kUnderscoreBit);
}
[[nodiscard]] constexpr bool is_space(char c) {
  return has_bits(c, kSpaceBit);
}
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace doorward::detect
