// Exact comparison of JSON numbers. Internal to wire's schemas.
//
// "Nothing" from any of these means: an exponent of over 15 digits, which is not compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/json_decimal.h"

namespace doorward::wire {

// A number in both forms, so that small ones are compared as integers.
struct ExactNumber {
  std::string text;  // as written in the schema
  Decimal decimal;
  std::optional<int64_t> small;       // when the value is whole and has up to 18 digits
  std::optional<int64_t> billionths;  // 10^9 times the value, when that is whole and small
  [[nodiscard]] static std::optional<ExactNumber> from(std::string_view text);
};

// The value of `-?[0-9]{1,18}`, the usual form of a whole number; nothing for any other.
[[nodiscard]] std::optional<int64_t> small_integer(std::string_view text);
// 10^9 times the value of `-?[0-9]{1,9}(\.[0-9]{1,9})?`, the usual form of a fraction.
[[nodiscard]] std::optional<int64_t> small_billionths(std::string_view text);
// < 0, 0 or > 0 as `number` is below, equal to or above `limit`.
[[nodiscard]] std::optional<int> compare_number(std::string_view number, const ExactNumber& limit);
[[nodiscard]] std::optional<bool> equal_numbers(std::string_view a, std::string_view b);
[[nodiscard]] std::optional<bool> is_whole_number(std::string_view text);
// The same for equal numbers, however they are written.
[[nodiscard]] std::optional<uint64_t> hash_number(std::string_view text, uint64_t seed);

// Divisors have up to 18 significant digits (`divides` needs it; compile checks it).
[[nodiscard]] bool is_divisor(const ExactNumber& number);
[[nodiscard]] std::optional<bool> is_multiple(std::string_view number, const ExactNumber& divisor);

}  // namespace doorward::wire
