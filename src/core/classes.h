// What a tool can do, as the gateway sees it: a small set of classes for each tool.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::core {

enum class ToolClass : uint8_t {
  read = 1,
  write = 2,
  destructive = 4,
  execute = 8,
  egress = 16,
  identity = 32,  // changes accounts, roles, groups, policy or logging
};

inline constexpr std::array<std::string_view, 6> kClassNames = {"read",    "write",  "destructive",
                                                                "execute", "egress", "identity"};

// A set of classes as a bit mask; copied like a number.
class ClassSet {
 public:
  constexpr ClassSet() = default;
  constexpr ClassSet(std::initializer_list<ToolClass> classes) {
    for (const ToolClass c : classes) add(c);
  }
  [[nodiscard]] static constexpr ClassSet from_bits(uint8_t bits) {
    ClassSet set;
    set.bits_ = bits & 0x3f;
    return set;
  }
  [[nodiscard]] static constexpr ClassSet all() { return from_bits(0x3f); }

  constexpr void add(ToolClass c) { bits_ |= static_cast<uint8_t>(c); }
  constexpr void add(ClassSet other) { bits_ |= other.bits_; }
  [[nodiscard]] constexpr bool has(ToolClass c) const {
    return (bits_ & static_cast<uint8_t>(c)) != 0;
  }
  [[nodiscard]] constexpr bool intersects(ClassSet other) const {
    return (bits_ & other.bits_) != 0;
  }
  [[nodiscard]] constexpr bool within(ClassSet other) const { return (bits_ & ~other.bits_) == 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr uint8_t bits() const { return bits_; }
  constexpr bool operator==(const ClassSet&) const = default;

 private:
  uint8_t bits_ = 0;
};

[[nodiscard]] constexpr std::optional<ToolClass> class_from(std::string_view name) {
  for (size_t i = 0; i < kClassNames.size(); ++i)
    if (kClassNames[i] == name) return static_cast<ToolClass>(1u << i);
  return std::nullopt;
}

// `read, write`, in the order of the enumeration; "" for the empty set.
[[nodiscard]] inline std::string class_names(ClassSet set) {
  std::string out;
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    if (((set.bits() >> i) & 1u) == 0) continue;
    if (!out.empty()) out += ", ";
    out += kClassNames[i];
  }
  return out;
}

}  // namespace doorward::core
