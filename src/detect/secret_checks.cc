#include "detect/secret_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "detect/characters.h"

namespace doorward::detect {

namespace {

std::string lowered(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) out += lower(c);
  return out;
}

bool is_repetitive(std::string_view value) {
  std::array<bool, 256> seen{};
  size_t different = 0;
  size_t longest = 0;
  size_t run = 0;
  size_t steps = 0;  // abcdef, 123456
  for (size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (!seen[c]) ++different;
    seen[c] = true;
    run = i > 0 && value[i] == value[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
    if (i > 0 && value[i] == value[i - 1] + 1) ++steps;
  }
  return different <= 4 || longest >= 6 || longest * 2 > value.size() ||
         (value.size() >= 8 && steps * 10 > value.size() * 8);
}

uint32_t crc32(std::string_view data) {
  uint32_t crc = 0xFFFFFFFFU;
  for (const char c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_digit(c)) out += c;
  return out;
}

bool all_same(std::string_view digits) {
  return digits.find_first_not_of(digits.substr(0, 1)) == std::string_view::npos;
}

}  // namespace

double entropy(std::string_view value) {
  if (value.empty()) return 0;
  std::array<size_t, 256> counts{};
  for (const char c : value) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

bool is_placeholder(std::string_view value) {
  static constexpr std::array<std::string_view, 46> kWords = {
      "xxxx", "your", "example", "placeholder", "redacted", "changeme", "change_me", "change-me",
      "insert", "<", "${", "{{", "%s", "****", "....", "todo", "dummy", "sample", "replace",
      "undefined", "null", "none", "mysecret", "my-secret", "my_secret", "secret-key", "api-key",
      "apikey", "$(", "process.env", "os.environ", "getenv", "#{", "enter", "-here", "_here",
      "[redacted", "test-", "foobar", "notreal", "mypass",
      // Of emulators and specifications: everybody has them.
      "eby8vdm02xnocqfl", "dbjftjez4cvp-mb92k27", "sflkxwrjsmekkf2qt4fwpmejf36pok6y",
      "qwxhzgrpbjpvcgvuihnlc2ftzq", "vault-ref"};
  const std::string low = lowered(value);
  for (const std::string_view word : kWords)
    if (low.find(word) != std::string::npos) return true;
  return is_repetitive(value);
}

bool varied(const Match& match) {
  return !is_placeholder(match.value) && entropy(match.value) >= 2.8;
}

bool very_varied(const Match& match) {
  if (is_placeholder(match.value) || entropy(match.value) < 3.3) return false;
  size_t digits = 0;
  for (const char c : match.value) digits += is_digit(c) ? 1U : 0U;
  return digits >= 2;
}

bool github_checksum(const Match& match) {
  static constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  // Tokens made before the checksum, or of tests, are still worth hiding when they vary.
  const size_t underscore = match.value.find('_');
  const std::string_view body = match.value.substr(underscore + 1);
  if (body.size() == 36) {
    uint32_t crc = crc32(body.substr(0, 30));
    std::string made(6, '0');
    for (size_t i = 6; i-- > 0; crc /= 62) made[i] = kDigits[crc % 62];
    if (made == body.substr(30)) return true;
  }
  return varied(match);
}

bool aws_pair_secret(const Match& match) {
  bool upper = false, lower = false, digit = false;
  for (const char c : match.value) {
    upper = upper || (c >= 'A' && c <= 'Z');
    lower = lower || (c >= 'a' && c <= 'z');
    digit = digit || is_digit(c);
  }
  // The pair of Amazon's own examples counts as one: who copies it does not know which it is.
  return upper && lower && digit && !is_repetitive(match.value) && entropy(match.value) >= 3.3;
}

bool aws_key_id(const Match& match) {
  if (match.value.ends_with("EXAMPLE")) return false;
  return entropy(match.value) >= 2.6 && !is_repetitive(match.value);
}

bool is_jwt(const Match& match) {
  const size_t dot = match.value.find('.');
  const auto header = from_base64url(match.value.substr(0, dot));
  const size_t last = match.value.rfind('.');
  if (last != dot && is_placeholder(match.value.substr(last + 1))) return false;
  return header && header->find("\"alg\"") != std::string::npos;
}

bool has_key_body(const Match& match) {
  const size_t begin = match.value.find("-----", 10);
  if (begin == std::string_view::npos) return false;
  const std::string_view body = match.value.substr(begin + 5);
  size_t letters = 0;
  for (const char c : body.substr(0, body.find("-----END")))
    letters += is_word(c) || c == '+' || c == '/' ? 1U : 0U;
  return letters >= 24 && entropy(body.substr(0, 4096)) > 3.2;
}

bool is_word_for_password(std::string_view value) {
  const std::string low = lowered(value);
  static constexpr std::array<std::string_view, 30> kWords = {
      "password", "passwd",      "pass",     "secret", "string",   "true",    "false",  "required",
      "optional", "admin",       "test",     "root",   "user",     "default", "hidden", "nil",
      "empty",    "value",       "token",    "text",   "self",     "this",    "prompt", "input",
      "env",      "credentials", "postgres", "guest",  "username", "email"};
  for (const std::string_view word : kWords)
    if (low == word) return true;
  return false;
}

bool password_value(const Match& match) {
  const std::string_view value = match.value;
  if (value.size() < 4 || value.size() > 128 || is_placeholder(value)) return false;
  if (is_word_for_password(value)) return false;
  // Code, not a value: calls, members, indices, variables.
  if (value.find_first_of("()[]{}$<>;\\") != std::string_view::npos && value.size() < 40 &&
      (value.find('(') != std::string_view::npos || value[0] == '$' || value[0] == '{' ||
       value.find('[') != std::string_view::npos))
    return false;
  size_t digits = 0, letters = 0, signs = 0, upper = 0;
  for (const char c : value) {
    digits += is_digit(c) ? 1U : 0U;
    letters += is_letter(c) ? 1U : 0U;
    upper += c >= 'A' && c <= 'Z' ? 1U : 0U;
    signs += !is_word(c) ? 1U : 0U;
  }
  const int kinds = (digits > 0) + (letters > upper) + (upper > 0) + (signs > 0);
  if (digits == value.size() && value.size() < 6) return false;
  // A quoted lower-case word is more often a name than a password.
  return kinds >= 2 &&
         (digits > 0 ||
          (signs > 0 && value.find_first_of("!@#%^&*+=?") != std::string_view::npos)) &&
         entropy(value) >= 2.2;
}

namespace {

// A UUID, or words and numbers: `search_1_1764226789`. 32 random letters are a cookie.
bool is_plain_id(std::string_view value) {
  size_t run = 0, digits = 0, parts = 1;
  const bool uuid = value.size() == 36;
  for (const char c : value) {
    const bool parts_here = c == '-' || c == '_';
    if (parts_here) {
      ++parts;
      run = digits = 0;
      continue;
    }
    if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')) return false;
    ++run;
    digits += is_digit(c) ? 1U : 0U;
    // A part is a word or a number; of a UUID it is hexadecimal, and at most twelve long.
    const bool mixed = digits > 0 && digits < run;
    if (run > 20 || (mixed && (!uuid || run > 12))) return false;
  }
  return uuid ? parts == 5 : parts > 1;
}

// `session: UUID` is what the next call has to name; a token is a secret, whoever's it is.
bool names_a_session(const Match& match) {
  if (!is_plain_id(match.value)) return false;
  const size_t from = match.from > 40 ? match.from - 40 : 0;
  const std::string before = lowered(match.text.substr(from, match.from - from));
  const size_t at = before.rfind("session");
  if (at == std::string::npos) return false;
  for (const std::string_view secret :
       {"token", "key", "secret", "cookie", "auth", "passw", "bearer"})
    if (before.find(secret) != std::string::npos) return false;
  // Nothing but `_id`, quotes and `:` may stand between the name and its value.
  return before.find_first_of("\n;", at) == std::string::npos && before.size() - at < 24;
}

}  // namespace

bool key_value(const Match& match) {
  const std::string_view value = match.value;
  if (names_a_session(match)) return false;
  if (value.size() < 12 || value.size() > 400 || is_placeholder(value)) return false;
  size_t digits = 0, letters = 0, dots = 0, dashes = 0;
  for (const char c : value) {
    digits += is_digit(c) ? 1U : 0U;
    letters += is_letter(c) ? 1U : 0U;
    dots += c == '.' || c == '(' ? 1U : 0U;
    dashes += c == '-' || c == '_' || c == '/' ? 1U : 0U;
  }
  // The name of a secret, not what it holds; a sum of a package, not a key to it.
  const std::string_view before = match.text.substr(0, match.from);
  const std::string_view near = before.substr(before.size() - std::min<size_t>(before.size(), 80));
  if (near.find("arn:aws") != std::string_view::npos) return false;
  if (value.size() == 40 && value.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
      before.find("CHECKSUMS") != std::string_view::npos)
    return false;
  // `group.example/v1alpha1` is a name.
  if (value.find('.') != std::string_view::npos && value.find('/') != std::string_view::npos)
    return false;
  if (digits < 2 || letters == 0 || dots > 2 || dashes * 4 > value.size()) return false;
  const double bits = entropy(value);
  return bits >= (value.size() >= 20 ? 3.4 : 3.0);
}

// --- persons -----------------------------------------------------------------------------------

bool luhn(const Match& match) {
  const std::string digits = digits_of(match.value);
  if (digits.size() < 13 || digits.size() > 19 || all_same(digits)) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    unsigned digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

bool iban(const Match& match) {
  std::string plain;
  for (const char c : match.value)
    if (is_letter(c) || is_digit(c)) plain += static_cast<char>(is_letter(c) ? lower(c) - 32 : c);
  if (plain.size() < 15 || plain.size() > 34) return false;
  const std::string turned = plain.substr(4) + plain.substr(0, 4);
  unsigned rest = 0;
  for (const char c : turned) {
    if (is_digit(c))
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    else
      rest = (rest * 100 + static_cast<unsigned>(c - 'A' + 10)) % 97;
  }
  return rest == 1;
}

bool us_ssn(const Match& match) {
  const std::string d = digits_of(match.value);
  return d.size() == 9 && d.substr(0, 3) != "000" && d.substr(0, 3) != "666" && d[0] != '9' &&
         d.substr(3, 2) != "00" && d.substr(5) != "0000" && d != "123456789";
}

bool uk_nino(const Match& match) {
  const std::string low = lowered(match.value.substr(0, 2));
  static constexpr std::array<std::string_view, 7> kBarred = {"bg", "gb", "kn", "nk",
                                                              "nt", "tn", "zz"};
  return std::find(kBarred.begin(), kBarred.end(), low) == kBarred.end();
}

bool de_tax_id(const Match& match) {
  const std::string d = digits_of(match.value);
  if (d.size() != 11 || d[0] == '0' || all_same(d)) return false;
  unsigned product = 10;
  for (size_t i = 0; i < 10; ++i) {
    unsigned sum = (static_cast<unsigned>(d[i] - '0') + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == static_cast<unsigned>(d[10] - '0');
}

bool fr_nir(const Match& match) {
  const std::string d = digits_of(match.value);
  if (d.size() != 15) return false;
  uint64_t number = 0;
  for (size_t i = 0; i < 13; ++i) number = number * 10 + static_cast<unsigned>(d[i] - '0');
  const uint64_t key = static_cast<uint64_t>(d[13] - '0') * 10 + static_cast<uint64_t>(d[14] - '0');
  return 97 - number % 97 == key;
}

bool es_dni(const Match& match) {
  static constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  uint64_t number = 0;
  const char first = lower(match.value[0]);
  if (first >= 'x' && first <= 'z') number = static_cast<uint64_t>(first - 'x');
  for (const char c : match.value)
    if (is_digit(c)) number = number * 10 + static_cast<unsigned>(c - '0');
  return kLetters[number % 23] == match.value.back();
}

bool it_codice(const Match& match) {
  static constexpr std::array<uint8_t, 26> kOdd = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                                   20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  unsigned sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const char c = match.value[i];
    const auto place = static_cast<unsigned>(is_digit(c) ? c - '0' : lower(c) - 'a');
    sum += i % 2 == 0 ? kOdd[place] : place;
  }
  return lower(match.value[15]) == static_cast<char>('a' + sum % 26);
}

bool nl_bsn(const Match& match) {
  const std::string d = digits_of(match.value);
  if (d.size() != 9 || all_same(d)) return false;
  int sum = -(d[8] - '0');
  for (int i = 0; i < 8; ++i) sum += (9 - i) * (d[static_cast<size_t>(i)] - '0');
  return sum % 11 == 0;
}

bool br_cpf(const Match& match) {
  const std::string d = digits_of(match.value);
  if (d.size() != 11 || all_same(d)) return false;
  for (size_t length = 9; length < 11; ++length) {
    size_t sum = 0;
    for (size_t i = 0; i < length; ++i) sum += static_cast<size_t>(d[i] - '0') * (length + 1 - i);
    if (sum * 10 % 11 % 10 != static_cast<size_t>(d[length] - '0')) return false;
  }
  return true;
}

bool in_aadhaar(const Match& match) {
  static constexpr uint8_t kTimes[10][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
      {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
      {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
      {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
      {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  static constexpr uint8_t kTurn[8][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
      {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
      {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
      {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
  const std::string d = digits_of(match.value);
  if (d.size() != 12 || d[0] < '2') return false;
  uint8_t check = 0;
  for (size_t i = 0; i < 12; ++i)
    check = kTimes[check][kTurn[i % 8][static_cast<size_t>(d[11 - i] - '0')]];
  return check == 0;
}

bool pl_pesel(const Match& match) {
  static constexpr std::array<int, 10> kWeights = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
  const std::string d = digits_of(match.value);
  if (d.size() != 11 || all_same(d)) return false;
  const int month = (d[2] - '0') * 10 + (d[3] - '0');
  const int day = (d[4] - '0') * 10 + (d[5] - '0');
  if (month % 20 < 1 || month % 20 > 12 || day < 1 || day > 31) return false;
  int sum = 0;
  for (size_t i = 0; i < 10; ++i) sum += kWeights[i] * (d[i] - '0');
  return (10 - sum % 10) % 10 == d[10] - '0';
}

bool cn_id(const Match& match) {
  static constexpr std::array<int, 17> kWeights = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                   3, 7, 9,  10, 5, 8, 4, 2};
  static constexpr std::string_view kChecks = "10X98765432";
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) sum += kWeights[i] * (match.value[i] - '0');
  const char last = match.value[17] == 'x' ? 'X' : match.value[17];
  return kChecks[static_cast<size_t>(sum % 11)] == last;
}

bool phone(const Match& match) {
  const std::string d = digits_of(match.value);
  return d.size() >= 8 && d.size() <= 15 && !all_same(d);
}

}  // namespace doorward::detect
