// Words that an instruction in disguise is likely to hold.
#pragma once

#include <array>
#include <string_view>

namespace doorward::detect {

// INVARIANT: six letters or more, in lower case; signs.cc looks at every fourth place.
inline constexpr std::array<std::string_view, 19> kTelling = {
    "ignore",    "previous", "instruction", "system",    "prompt",   "password", "secret",
    "disregard", "forget",   "override",    "assistant", "execute",  "delete",   "transfer",
    "reveal",    "please",   "should",      "message",   "important"};
// A disguise shows itself early: no more is read for them, from where the reading begins.
inline constexpr size_t kTellingBytes = 4096;

[[nodiscard]] constexpr char rotated(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>('a' + (c - 'a' + 13) % 26);
  if (c >= 'A' && c <= 'Z') return static_cast<char>('A' + (c - 'A' + 13) % 26);
  return c;
}

// Signs that stand for letters; digits do as well.
[[nodiscard]] constexpr bool is_leet_sign(char c) {
  return c == '@' || c == '$' || c == '!' || c == '|' || c == '+';
}

}  // namespace doorward::detect
