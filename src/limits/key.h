// What a count belongs to: 128 bits of SipHash over its parts, keyed anew by each process, so that
// nobody can choose names that collide. The names themselves are not kept.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace doorward::limits {

struct Key {
  uint64_t high = 0, low = 0;
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  size_t operator()(const Key& key) const noexcept { return static_cast<size_t>(key.low); }
};

// Parts are kept apart by their lengths: {"a","bc"} and {"ab","c"} differ.
[[nodiscard]] Key key_of(std::initializer_list<std::string_view> parts);

}  // namespace doorward::limits
