#include "wire/json_decimal.h"

#include <array>
#include <charconv>
#include <cmath>

namespace doorward::wire {
namespace {

// Reads an exponent with its sign; nothing over 15 digits (leading zeros apart).
std::optional<int64_t> exponent_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  while (text.starts_with('0')) text.remove_prefix(1);
  if (text.size() > 15) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return negative ? -value : value;
}

}  // namespace

std::optional<Decimal> Decimal::from(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  const size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const size_t point = mantissa.find('.');
  decimal.digits = mantissa.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += mantissa.substr(point + 1);
    decimal.exponent = -static_cast<int64_t>(mantissa.size() - point - 1);
  }
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  if (decimal.digits.empty()) return Decimal{};
  if (e != std::string_view::npos) {
    const auto exponent = exponent_of(text.substr(e + 1));
    if (!exponent) return std::nullopt;
    decimal.exponent += *exponent;
  }
  const size_t kept = decimal.digits.find_last_not_of('0') + 1;
  decimal.exponent += static_cast<int64_t>(decimal.digits.size() - kept);
  decimal.digits.resize(kept);
  return decimal;
}

std::optional<int64_t> Decimal::integer() const {
  if (digits.empty()) return 0;
  if (exponent < 0 || exponent > 18 || digits.size() + static_cast<size_t>(exponent) > 19)
    return std::nullopt;
  const std::string text =
      (negative ? "-" : "") + digits + std::string(static_cast<size_t>(exponent), '0');
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

// ECMA-262 Number::toString: k digits, the decimal point behind the n-th.
std::string Decimal::ecmascript() const {
  if (digits.empty()) return "0";
  const auto k = static_cast<int64_t>(digits.size());
  const int64_t n = k + exponent;
  std::string out = negative ? "-" : "";
  if (k <= n && n <= 21) return out + digits + std::string(static_cast<size_t>(n - k), '0');
  if (0 < n && n <= 21)
    return out.append(digits, 0, static_cast<size_t>(n)) + "." +
           digits.substr(static_cast<size_t>(n));
  if (-6 < n && n <= 0) return out + "0." + std::string(static_cast<size_t>(-n), '0') + digits;
  out += digits.front();
  if (k > 1) out.append(".").append(digits, 1);
  out += n > 0 ? "e+" : "e-";
  return out + std::to_string(n > 0 ? n - 1 : 1 - n);
}

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc{} && std::isfinite(value)) return value;
  // Out of range: too large, or so small that it is zero?
  const auto decimal = Decimal::from(text);
  const bool small = decimal ? decimal->exponent + static_cast<int64_t>(decimal->digits.size()) < 0
                             : text.find("e-") != text.npos || text.find("E-") != text.npos;
  if (!small) return std::nullopt;
  return text.starts_with('-') ? -0.0 : 0.0;
}

std::string canonical_number(std::string_view text) {
  const auto exact = Decimal::from(text);
  if (!exact) return std::string(text);
  const auto value = to_double(text);
  if (!value) return exact->ecmascript();
  std::array<char, 64> shortest;
  const auto wrote = std::to_chars(shortest.data(), shortest.data() + shortest.size(), *value,
                                   std::chars_format::scientific);
  const auto rounded =
      Decimal::from({shortest.data(), static_cast<size_t>(wrote.ptr - shortest.data())});
  if (!rounded || (exact->is_whole() && *exact != *rounded)) return exact->ecmascript();
  return rounded->ecmascript();
}

}  // namespace doorward::wire
