#include "limits/key.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <vector>

namespace doorward::limits {

namespace {

using Seed = std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES>;

const Seed& seed() {
  static const Seed made = [] {
    Seed fresh;
    randombytes_buf(fresh.data(), fresh.size());
    return fresh;
  }();
  return made;
}

}  // namespace

Key key_of(std::initializer_list<std::string_view> parts) {
  size_t size = parts.size() * sizeof(uint32_t);
  for (const std::string_view part : parts) size += part.size();
  constexpr size_t kShort = 256;  // nearly all are
  std::array<unsigned char, kShort> here;
  std::vector<unsigned char> longer;
  if (size > kShort) longer.resize(size);
  unsigned char* const joined = size > kShort ? longer.data() : here.data();
  unsigned char* to = joined;
  for (const std::string_view part : parts) {
    const auto length = static_cast<uint32_t>(part.size());
    std::memcpy(to, &length, sizeof length);
    to += sizeof length;
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash;
  crypto_shorthash_siphashx24(hash.data(), joined, size, seed().data());
  Key key;
  std::memcpy(&key.high, hash.data(), sizeof key.high);
  std::memcpy(&key.low, hash.data() + sizeof key.high, sizeof key.low);
  return key;
}

}  // namespace doorward::limits
