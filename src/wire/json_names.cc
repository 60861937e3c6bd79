#include "wire/json_names.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.h"

namespace doorward::wire {
namespace {

constexpr size_t kSmall = 16;

uint64_t load64(const char* p) {
  uint64_t x;
  std::memcpy(&x, p, 8);
  return x;
}
uint64_t load32(const char* p) {
  uint32_t x;
  std::memcpy(&x, p, 4);
  return x;
}
uint64_t byte(char c) {
  return static_cast<uint8_t>(c);
}

// First and last bytes and the length, mixed: equal names have equal signatures.
uint64_t signature(std::string_view name) {
  const char* const p = name.data();
  const size_t n = name.size();
  uint64_t head = 0;
  uint64_t tail = 0;
  if (n >= 8) {
    head = load64(p);
    tail = load64(p + n - 8);
  } else if (n >= 4) {
    head = load32(p);
    tail = load32(p + n - 4);
  } else if (n > 0) {
    head = byte(p[0]) << 16U | byte(p[n / 2]) << 8U | byte(p[n - 1]);
  }
  return head ^ std::rotl(tail, 29) * 0x9E3779B97F4A7C15U ^ n << 56U;
}

uint64_t fold_multiply(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64U);
}

struct Seed {
  uint64_t a;
  uint64_t b;
};
const Seed& seed() {
  static const Seed kSeed = [] {
    const std::string bytes = random_bytes(16);
    return Seed{load64(bytes.data()) | 1U, load64(bytes.data() + 8)};
  }();
  return kSeed;
}

uint32_t hash(std::string_view name, const Seed& s) {
  uint64_t h = s.b ^ name.size();
  while (name.size() > 8) {
    h = fold_multiply(h ^ load64(name.data()), s.a);
    name.remove_prefix(8);
  }
  uint64_t rest = 0;
  std::memcpy(&rest, name.data(), name.size());
  h = fold_multiply(h ^ rest, s.a);
  return static_cast<uint32_t>(fold_multiply(h, 0x9E3779B97F4A7C15U ^ s.b) >> 16U);
}

}  // namespace

void NameCheck::trim(size_t kept) {
  names_.clear();
  if (names_.capacity() > kept) names_ = {};
  if (slots_.capacity() > kept * 4) slots_ = {};
}

bool NameCheck::has_duplicate() {
  if (names_.size() < 2) return false;
  return names_.size() <= kSmall ? small() : large();
}

bool NameCheck::small() const {
  std::array<uint64_t, kSmall> signatures;
  for (size_t i = 0; i < names_.size(); ++i) {
    signatures[i] = signature(names_[i]);
    for (size_t j = 0; j < i; ++j)
      if (signatures[i] == signatures[j] && names_[i] == names_[j]) return true;
  }
  return false;
}

bool NameCheck::large() {
  const size_t size = std::bit_ceil(names_.size() * 2);
  slots_.assign(size, Slot{0, 0});
  size_t probes = names_.size() * 8;
  const Seed& s = seed();
  for (uint32_t i = 0; i < names_.size(); ++i) {
    const uint32_t h = hash(names_[i], s) & hash_mask_;
    size_t at = h & (size - 1);
    while (slots_[at].name != 0) {
      if (slots_[at].hash == h && names_[slots_[at].name - 1] == names_[i]) return true;
      if (--probes == 0) return sorted();
      at = (at + 1) & (size - 1);
    }
    slots_[at] = Slot{h, i + 1};
  }
  return false;
}

bool NameCheck::sorted() {
  std::sort(names_.begin(), names_.end());
  return std::adjacent_find(names_.begin(), names_.end()) != names_.end();
}

}  // namespace doorward::wire
