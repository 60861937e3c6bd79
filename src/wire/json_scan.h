// Byte scanning that the JSON reader and writer share: how far a string is plain, and whether a
// UTF-8 sequence is well formed (RFC 3629). Internal to wire.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace doorward::wire::scan {

// Plain: neither quote, backslash, control character nor a byte of 0x80 or above.
[[nodiscard]] inline bool is_plain(char c) {
  return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\';
}

// The first byte of [p, end) that is not plain, `end` when there is none. Portable form, eight
// bytes a step. A byte is special when one of these sets its top bit: itself, itself minus 0x20,
// itself xor a quote or a backslash, minus one. A borrow only reaches bytes behind a special one.
[[nodiscard]] inline const char* skip_plain_portable(const char* p, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr uint64_t kOnes = 0x0101010101010101U;
    while (end - p >= 8) {
      uint64_t x;
      std::memcpy(&x, p, 8);
      const uint64_t quote = (x ^ (kOnes * '"')) - kOnes;
      const uint64_t slash = (x ^ (kOnes * '\\')) - kOnes;
      const uint64_t stop = (x | (x - kOnes * 0x20) | quote | slash) & (kOnes * 0x80);
      if (stop != 0) return p + std::countr_zero(stop) / 8;
      p += 8;
    }
  }
  while (p != end && is_plain(*p)) ++p;
  return p;
}

#if defined(__SSE2__)
// One bit for each of sixteen bytes that is not plain. The comparison is signed: one test finds
// both control characters and bytes of 0x80 and above.
[[nodiscard]] inline uint32_t special_bits(__m128i x) {
  const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
  const __m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
  const __m128i other = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));
  const __m128i any = _mm_or_si128(_mm_or_si128(quote, slash), other);
  return static_cast<uint32_t>(_mm_movemask_epi8(any));
}
#endif

[[nodiscard]] inline const char* skip_plain(const char* p, const char* end) {
#if defined(__SSE2__)
  while (end - p >= 16) {
    const uint32_t bits = special_bits(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    if (bits != 0) return p + std::countr_zero(bits);
    p += 16;
  }
#endif
  return skip_plain_portable(p, end);
}

// Copies plain bytes from `p` to `out`, advances both, stops like skip_plain. Needs room at `out`
// for the copied bytes and 16 more.
inline void copy_plain(const char*& p, const char* end, char*& out) {
#if defined(__SSE2__)
  while (end - p >= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), x);
    const uint32_t bits = special_bits(x);
    const int step = bits != 0 ? std::countr_zero(bits) : 16;
    p += step;
    out += step;
    if (bits != 0) return;
  }
#endif
  const char* const stop = skip_plain_portable(p, end);
  std::memcpy(out, p, static_cast<size_t>(stop - p));
  out += stop - p;
  p = stop;
}

[[nodiscard]] inline bool is_continuation(char c) {
  return (static_cast<uint8_t>(c) & 0xC0U) == 0x80U;
}

// Bytes of the well-formed sequence at `p`, 1 to 4; 0 when there is none: overlong forms,
// surrogates, values over U+10FFFF and cut sequences included. `p` is before `end`.
[[nodiscard]] inline int utf8_length(const char* p, const char* end) {
  const auto lead = static_cast<uint8_t>(*p);
  if (lead < 0x80) return 1;
  const auto left = end - p;
  if (lead < 0xC2 || lead > 0xF4 || left < 2 || !is_continuation(p[1])) return 0;
  if (lead < 0xE0) return 2;
  const auto second = static_cast<uint8_t>(p[1]);
  if (left < 3 || !is_continuation(p[2])) return 0;
  if (lead < 0xF0) {
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
    return 3;
  }
  if (left < 4 || !is_continuation(p[3])) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  return 4;
}

// The code point of a well-formed sequence of `length` bytes.
[[nodiscard]] inline char32_t utf8_value(const char* p, int length) {
  const auto at = [p](int i) { return static_cast<char32_t>(static_cast<uint8_t>(p[i])); };
  switch (length) {
    case 1:
      return at(0);
    case 2:
      return (at(0) & 0x1FU) << 6U | (at(1) & 0x3FU);
    case 3:
      return (at(0) & 0x0FU) << 12U | (at(1) & 0x3FU) << 6U | (at(2) & 0x3FU);
    default:
      return (at(0) & 0x07U) << 18U | (at(1) & 0x3FU) << 12U | (at(2) & 0x3FU) << 6U |
             (at(3) & 0x3FU);
  }
}

// Writes the UTF-8 form of a code point that is no surrogate; returns behind it. Room for 4 bytes.
inline char* put_utf8(char* out, char32_t c) {
  const auto put = [&out](char32_t byte) { *out++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
  return out;
}

}  // namespace doorward::wire::scan
