#include "limits/key.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <string>

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
  thread_local std::string joined;
  joined.clear();
  for (const std::string_view part : parts) {
    const auto size = static_cast<uint32_t>(part.size());
    char length[sizeof size];
    std::memcpy(length, &size, sizeof size);
    joined.append(length, sizeof size).append(part);
  }
  std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash;
  crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<const unsigned char*>(joined.data()),
                              joined.size(), seed().data());
  constexpr size_t kKept = 4096;  // of the buffer, between calls
  if (joined.capacity() > kKept) std::string().swap(joined);
  Key key;
  std::memcpy(&key.high, hash.data(), sizeof key.high);
  std::memcpy(&key.low, hash.data() + sizeof key.high, sizeof key.low);
  return key;
}

}  // namespace doorward::limits
