// The byte classes and the field section that request and response heads share (RFC 9110 section
// 5.6, RFC 9112 section 5). Internal to wire. All scanning goes left to right and never depends on
// bytes that have not arrived: a head cut anywhere is either incomplete or refused as the whole is.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "wire/http.h"

namespace doorward::wire::syntax {

enum Class : uint8_t {
  kToken = 1,   // tchar, RFC 9110 section 5.6.2
  kValue = 2,   // field-vchar, obs-text, SP, HTAB
  kTarget = 4,  // pchar, `/`, `?` of RFC 3986: visible, without `#` and what a URI never holds raw
  kHost = 8,    // what a host and port can hold, brackets included
};

consteval std::array<uint8_t, 256> make_classes() {
  constexpr size_t npos = std::string_view::npos;
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    uint8_t bits = 0;
    if (alnum || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != npos)
      bits |= kToken;
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) bits |= kValue;
    if (alnum || std::string_view("-._~!$&'()*+,;=:@/?%").find(static_cast<char>(c)) != npos)
      bits |= kTarget;
    if (alnum || std::string_view("-._~:[]").find(static_cast<char>(c)) != npos) bits |= kHost;
    table[static_cast<size_t>(c)] = bits;
  }
  return table;
}
inline constexpr std::array<uint8_t, 256> kClasses = make_classes();

[[nodiscard]] inline bool is(char c, Class wanted) {
  return (kClasses[static_cast<uint8_t>(c)] & wanted) != 0;
}
[[nodiscard]] inline bool all(std::string_view text, Class wanted) {
  for (const char c : text)
    if (!is(c, wanted)) return false;
  return true;
}
// The number a hexadecimal digit stands for, -1 for other bytes.
[[nodiscard]] inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
[[nodiscard]] inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The first byte that is no field value byte, `end` when there is none. Eight bytes a step: with
// the top bit masked off, adding 0x60 sets it for 0x20 and above, adding 1 sets it for DEL only.
[[nodiscard]] inline const char* skip_value(const char* p, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr uint64_t kOnes = 0x0101010101010101U;
    while (end - p >= 8) {
      uint64_t x;
      std::memcpy(&x, p, 8);
      const uint64_t low = x & (kOnes * 0x7F);
      const uint64_t stop = (~(low + kOnes * 0x60) | (low + kOnes)) & ~x & (kOnes * 0x80);
      if (stop == 0) {
        p += 8;
        continue;
      }
      p += std::countr_zero(stop) / 8;
      if (*p != '\t') return p;
      ++p;
    }
  }
  while (p != end && is(*p, kValue)) ++p;
  return p;
}

// True when each `%` of a path begins an escape of two hexadecimal digits that is not NUL.
[[nodiscard]] bool escapes_are_whole(std::string_view path);

// What the fields say about the message's end and the connection.
struct Framing {
  std::optional<uint64_t> content_length;
  std::string_view host;
  bool has_host = false;
  bool chunked = false;
  bool close = false;
  bool keep_alive = false;
  bool expects_continue = false;
};

// Reads field lines up to and with the empty line. Null while that has not arrived.
// Errors: http.syntax, http.headers, http.framing, http.host (repeated).
[[nodiscard]] Expected<const char*> parse_fields(const char* p, const char* end, size_t max_fields,
                                                 Fault fault, std::vector<HttpField>& fields,
                                                 Framing& framing);

}  // namespace doorward::wire::syntax
