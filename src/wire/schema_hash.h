// A seeded hash of bytes, for tables of names. Internal to wire's schemas.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace doorward::wire {

// Random, once a process: nobody can choose names that collide.
[[nodiscard]] uint64_t schema_hash_seed();

[[nodiscard]] inline uint64_t mix_hash(uint64_t h, uint64_t value) {
  h = (h ^ value) * 0x9E3779B97F4A7C15U;
  return h ^ (h >> 29);
}

// Names are short: comparing them here is quicker than a call.
[[nodiscard]] inline bool same_bytes(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  if (size != b.size()) return false;
  const auto differ = [&]<class Word>(Word, size_t at) {
    Word x = 0;
    Word y = 0;
    std::memcpy(&x, a.data() + at, sizeof(Word));
    std::memcpy(&y, b.data() + at, sizeof(Word));
    return x != y;
  };
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8)
      if (differ(uint64_t{}, at)) return false;
    return !differ(uint64_t{}, size - 8);
  }
  if (size >= 4) return !differ(uint32_t{}, 0) && !differ(uint32_t{}, size - 4);
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

[[nodiscard]] inline uint64_t hash_bytes(std::string_view bytes, uint64_t seed) {
  const auto load = [](const char* at, size_t size) {
    uint64_t value = 0;
    std::memcpy(&value, at, size);
    return value;
  };
  const char* p = bytes.data();
  const size_t size = bytes.size();
  uint64_t h = mix_hash(seed, size);
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) h = mix_hash(h, load(p + at, 8));
    h = mix_hash(h, load(p + size - 8, 8));
  } else if (size >= 4) {
    h = mix_hash(h, load(p, 4) | load(p + size - 4, 4) << 32);
  } else if (size > 0) {
    h = mix_hash(h, load(p, 1) | load(p + size / 2, 1) << 8 | load(p + size - 1, 1) << 16);
  }
  return mix_hash(h, h >> 32);
}

}  // namespace doorward::wire
