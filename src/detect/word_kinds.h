// Kinds of words that people use to give a machine orders: who is spoken to, who claims a say, what
// is taken back, what is to be done and with what. A model that learns of kinds knows sentences
// whose words it has not met together.
#pragma once

#include <cstdint>
#include <string_view>

namespace doorward::detect {

// The hash of a word of a plain form (features.h), byte by byte.
[[nodiscard]] constexpr uint64_t with_byte(uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL + 17;
}

// The kind of the word with this hash; 0 is none.
[[nodiscard]] uint8_t kind_of_word(uint64_t hash);

// For tests: the kind of a word as it stands in a plain form.
[[nodiscard]] uint8_t kind_of(std::string_view word);

}  // namespace doorward::detect
