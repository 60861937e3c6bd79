// Where bytes of some kind stand in a text, 64 at a time as the bits of one number: what is looked
// for in thousands of bytes is then found by a few operations for each 64 of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace doorward::detect {

// Sixteen bytes at once; a comparison gives 0xFF for yes and 0 for no.
using Bytes16 = uint8_t __attribute__((vector_size(16)));

[[nodiscard]] inline Bytes16 are(Bytes16 bytes, char what) {
  return reinterpret_cast<Bytes16>(bytes == static_cast<uint8_t>(what));
}
// `count` characters from `first` on.
[[nodiscard]] inline Bytes16 are_from(Bytes16 bytes, char first, uint8_t count) {
  return reinterpret_cast<Bytes16>(bytes - static_cast<uint8_t>(first) < count);
}
[[nodiscard]] inline Bytes16 are_digits(Bytes16 bytes) {
  return are_from(bytes, '0', 10);
}
// `count` letters from `first` on, in either case.
[[nodiscard]] inline Bytes16 are_letters(Bytes16 bytes, char first = 'a', uint8_t count = 26) {
  return are_from(bytes | 0x20, first, count);
}
// Letters, digits and `_`.
[[nodiscard]] inline Bytes16 are_words(Bytes16 bytes) {
  return are_letters(bytes) | are_digits(bytes) | are(bytes, '_');
}

// True when one of them is a yes.
[[nodiscard]] inline bool any(Bytes16 yes) {
  using Halves = uint64_t __attribute__((vector_size(16)));
  const auto halves = reinterpret_cast<Halves>(yes);
  return (halves[0] | halves[1]) != 0;
}

// 64 bytes of a text from `from` on. Behind its end stand zeros.
class Block {
 public:
  static constexpr size_t kBytes = 64;
  Block(std::string_view text, size_t from) {
    const size_t left = text.size() - from;
    if (left >= kBytes) {
      std::memcpy(parts_.data(), text.data() + from, kBytes);
    } else {
      parts_ = {};
      std::memcpy(parts_.data(), text.data() + from, left);
    }
  }
  // Bit i: `is` says yes to byte i. The first byte's bit is the lowest.
  template <class Is>
  [[nodiscard]] uint64_t where(const Is& is) const {
    uint64_t mask = 0;
    for (size_t i = 0; i < parts_.size(); ++i) mask |= bits_of(is(parts_[i])) << (16 * i);
    return mask;
  }

 private:
  static uint64_t bits_of(Bytes16 yes) {
#ifdef __SSE2__
    return static_cast<uint64_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(yes)));
#else
    uint64_t mask = 0;
    for (size_t i = 0; i < sizeof yes; ++i) mask |= uint64_t{yes[i] & 1U} << i;
    return mask;
#endif
  }
  std::array<Bytes16, kBytes / sizeof(Bytes16)> parts_;
};

// True when `least` bits in a row are set, in one number or over the border to the next.
// 1 < least <= 64.
class RunOfBits {
 public:
  explicit RunOfBits(unsigned least) : least_(least) {}
  bool sees(uint64_t mask) {
    // How many are set at the lower end, together with the upper end of the one before.
    const unsigned low = mask == ~0ULL ? 64U : static_cast<unsigned>(__builtin_ctzll(~mask));
    if (before_ + low >= least_) return true;
    before_ = mask == ~0ULL ? before_ + 64U : static_cast<unsigned>(__builtin_clzll(~mask));
    // Each step leaves the places where a run of `have` begins.
    for (unsigned have = 1; have < least_ && mask != 0;) {
      const unsigned step = have < least_ - have ? have : least_ - have;
      mask &= mask >> step;
      have += step;
    }
    return mask != 0;
  }

 private:
  const unsigned least_;
  unsigned before_ = 0;  // set at the upper end of the one before
};

}  // namespace doorward::detect
