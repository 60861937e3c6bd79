#include "wire/schema_number.h"

#include <array>

#include "wire/schema_hash.h"

namespace doorward::wire {
namespace {

constexpr size_t kSmallDigits = 18;

bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c == '.' || c == 'e' || c == 'E') return false;
  return true;
}

int compare_magnitudes(const Decimal& a, const Decimal& b) {
  const auto order = [](const Decimal& d) {
    return static_cast<int64_t>(d.digits.size()) + d.exponent;
  };
  if (order(a) != order(b)) return order(a) < order(b) ? -1 : 1;
  return a.digits.compare(b.digits);  // same power of ten: digits compare as text
}

int compare(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty() || a.negative != b.negative) {
    const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
    return sign(a) - sign(b);
  }
  return a.negative ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

// Both are below 2^63.
uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t modulus) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>(static_cast<Wide>(a) * b % modulus);
}

uint64_t ten_to_modulo(uint64_t power, uint64_t modulus) {
  uint64_t result = 1 % modulus;
  for (uint64_t base = 10 % modulus; power != 0; power >>= 1) {
    if ((power & 1) != 0) result = multiply_modulo(result, base, modulus);
    base = multiply_modulo(base, base, modulus);
  }
  return result;
}

}  // namespace

std::optional<int64_t> small_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kSmallDigits) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::optional<int64_t> small_billionths(std::string_view text) {
  constexpr int kPlaces = 9;
  static constexpr std::array<int64_t, kPlaces + 1> kPowers = {
      1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int64_t value = 0;
  int whole = 0;
  int places = -1;  // behind the point; -1 before it
  for (const char c : text) {
    if (c == '.' && places < 0) {
      places = 0;
      continue;
    }
    if (c < '0' || c > '9' || (places < 0 ? ++whole > kPlaces : ++places > kPlaces))
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  value *= kPowers[static_cast<size_t>(kPlaces - (places < 0 ? 0 : places))];
  return negative ? -value : value;
}

std::optional<ExactNumber> ExactNumber::from(std::string_view text) {
  auto decimal = Decimal::from(text);
  if (!decimal) return std::nullopt;
  ExactNumber number{std::string(text), std::move(*decimal), std::nullopt, small_billionths(text)};
  const Decimal& d = number.decimal;
  if (d.exponent >= 0 && d.digits.size() + static_cast<uint64_t>(d.exponent) <= kSmallDigits)
    number.small = d.integer();
  return number;
}

std::optional<int> compare_number(std::string_view number, const ExactNumber& limit) {
  if (limit.small) {
    if (const auto value = small_integer(number))
      return *value < *limit.small ? -1 : *value > *limit.small ? 1 : 0;
  }
  const auto decimal = Decimal::from(number);
  if (!decimal) return std::nullopt;
  return compare(*decimal, limit.decimal);
}

std::optional<bool> equal_numbers(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto x = small_integer(a);
  const auto y = small_integer(b);
  if (x && y) return *x == *y;
  const auto left = Decimal::from(a);
  const auto right = Decimal::from(b);
  if (!left || !right) return std::nullopt;
  return *left == *right;
}

std::optional<bool> is_whole_number(std::string_view text) {
  if (is_plain(text)) return true;
  const auto decimal = Decimal::from(text);
  if (!decimal) return std::nullopt;
  return decimal->is_whole();
}

std::optional<uint64_t> hash_number(std::string_view text, uint64_t seed) {
  if (const auto small = small_integer(text)) return mix_hash(seed, static_cast<uint64_t>(*small));
  const auto number = ExactNumber::from(text);
  if (!number) return std::nullopt;
  if (number->small) return mix_hash(seed, static_cast<uint64_t>(*number->small));
  const Decimal& d = number->decimal;
  return mix_hash(hash_bytes(d.digits, seed + (d.negative ? 1 : 0)),
                  static_cast<uint64_t>(d.exponent));
}

bool is_divisor(const ExactNumber& number) {
  return !number.decimal.negative && !number.decimal.digits.empty() &&
         number.decimal.digits.size() <= kSmallDigits;
}

// number = n * 10^e, divisor = d * 10^f, neither n nor d ending in 0. With e < f, d * 10^(f-e)
// would have to divide n, which 10 does not. Otherwise n * 10^(e-f) modulo d decides.
std::optional<bool> is_multiple(std::string_view number, const ExactNumber& divisor) {
  const auto value = Decimal::from(number);
  if (!value) return std::nullopt;
  if (value->digits.empty()) return true;
  if (value->exponent < divisor.decimal.exponent) return false;
  uint64_t modulus = 0;
  for (const char c : divisor.decimal.digits)
    modulus = modulus * 10 + static_cast<uint64_t>(c - '0');
  uint64_t rest = 0;  // below 10^18, so that ten times it fits
  for (const char c : value->digits) rest = (rest * 10 + static_cast<uint64_t>(c - '0')) % modulus;
  const auto power = static_cast<uint64_t>(value->exponent - divisor.decimal.exponent);
  return multiply_modulo(rest, ten_to_modulo(power, modulus), modulus) == 0;
}

}  // namespace doorward::wire
