// Numbers of JSON as exact decimals: sign, digits, power of ten. Internal to wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward::wire {

// Value = digits * 10^exponent, `digits` without zeros at either end, "" for zero.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;

  // `text` is a number by RFC 8259 section 6. Nothing when the exponent is over 15 digits.
  [[nodiscard]] static std::optional<Decimal> from(std::string_view text);
  [[nodiscard]] bool is_whole() const { return exponent >= 0; }
  [[nodiscard]] std::optional<int64_t> integer() const;
  // As ECMAScript's Number::toString writes it (RFC 8785 section 3.2.2.3), whatever the size.
  [[nodiscard]] std::string ecmascript() const;
  bool operator==(const Decimal&) const = default;
};

// The nearest double; nothing when it would be infinite. Too small values become 0.
[[nodiscard]] std::optional<double> to_double(std::string_view text);

// The canonical form of a number. What a double holds, or rounds behind the decimal point, is
// written by RFC 8785. A whole number that a double would change keeps all its digits: two orders
// with different numbers must not hash alike.
[[nodiscard]] std::string canonical_number(std::string_view text);

}  // namespace doorward::wire
