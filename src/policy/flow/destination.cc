#include "policy/flow/destination.h"

#include <unicode/locid.h>
#include <unicode/uidna.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "policy/flow/address.h"
#include "policy/flow/words.h"
#include "wire/http.h"

namespace doorward::policy::flow {

namespace {

using Kind = Destination::Kind;

constexpr size_t kLongest = 2'048;
constexpr size_t kMostInList = 64;
constexpr size_t kMostSegments = 64;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool holds(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

const UIDNA* idna() {
  static const UIDNA* const kMade = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* const made =
        uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                        &status);
    if (U_FAILURE(status)) panic("ICU has no IDNA data");
    return made;
  }();
  return kMade;
}

using Convert = int32_t (*)(const UIDNA*, const char*, int32_t, char*, int32_t, UIDNAInfo*,
                            UErrorCode*);

std::optional<std::string> converted(Convert convert, std::string_view label) {
  std::array<char, 256> out{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = convert(idna(), label.data(), static_cast<int32_t>(label.size()), out.data(),
                               static_cast<int32_t>(out.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0 || size <= 0) return std::nullopt;
  return std::string(out.data(), static_cast<size_t>(size));
}

std::string lower_case(std::string_view text) {
  std::string out;
  icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
      .toLower(icu::Locale::getRoot())
      .toUTF8String(out);
  return out;
}

// One label as an A-label. A character that IDNA takes for another one is refused: what a mail
// program makes of it is its own affair.
std::optional<std::string> read_label(std::string_view label, bool pattern) {
  if (label.empty() || label.size() > 200) return std::nullopt;
  std::string low = lower(label);
  if (std::ranges::all_of(low, is_ascii)) {
    const bool plain =
        low.size() < 64 &&
        std::ranges::all_of(
            low, [&](char c) { return is_alnum(c) || c == '-' || (pattern && c == '*'); });
    if (!plain || low.front() == '-' || low.back() == '-') return std::nullopt;
    if (!low.starts_with("xn--")) return low;
    if (holds(low, '*')) return std::nullopt;
    const auto readable = converted(uidna_labelToUnicodeUTF8, low);
    return readable && converted(uidna_labelToASCII_UTF8, *readable) == low ? std::optional(low)
                                                                            : std::nullopt;
  }
  auto coded = converted(uidna_labelToASCII_UTF8, label);
  if (!coded || converted(uidna_labelToUnicodeUTF8, *coded) != lower_case(label))
    return std::nullopt;
  return coded;
}

bool is_ipv4(const std::vector<std::string>& labels) {
  return labels.size() == 4 && std::ranges::all_of(labels, [](const std::string& label) {
           return all_digits(label) && label.size() <= 3 && (label == "0" || label[0] != '0') &&
                  std::stoi(label) < 256;
         });
}

std::optional<std::vector<std::string>> read_host(std::string_view text, bool pattern) {
  if (text.ends_with('.')) text.remove_suffix(1);  // the root's own
  if (text.empty() || text.size() > 512) return std::nullopt;
  std::vector<std::string> labels;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('.', from), text.size());
    const std::string_view label = text.substr(from, end - from);
    if (pattern && labels.empty() && label == "**") {
      labels.emplace_back(label);
    } else {
      auto read = read_label(label, pattern);
      if (!read || read->find("**") != std::string::npos) return std::nullopt;
      labels.push_back(std::move(*read));
    }
    from = end + 1;
  }
  // `1.2.3`, `0x7f.1`: a number in a form of its own.
  const char last = labels.back().front();
  if (is_digit(last) && !is_ipv4(labels)) return std::nullopt;
  return labels;
}

std::optional<std::string> read_local(std::string_view text, bool pattern) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.' ||
      text.find("..") != std::string_view::npos)
    return std::nullopt;
  for (const char c : text)
    if (!is_alnum(c) && !holds("._+-'=~&", c) && !(pattern && c == '*')) return std::nullopt;
  return lower(text);
}

std::optional<Destination> read_mail(std::string_view text, bool pattern) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
    return std::nullopt;
  auto local = read_local(text.substr(0, at), pattern);
  auto host = read_host(text.substr(at + 1), pattern);
  if (!local || !host || host->size() < 2 || is_ipv4(*host)) return std::nullopt;
  Destination read;
  read.kind = Kind::mail;
  read.text = std::move(*local);
  read.host = std::move(*host);
  return read;
}

// `Ann Example <ann@x.example>`: the words are anybody's, so they hold nothing that some program
// reads as an address.
std::optional<std::string_view> in_angles(std::string_view text) {
  if (!text.ends_with('>')) return std::nullopt;
  const size_t open = text.find('<');
  if (open == std::string_view::npos) return std::nullopt;
  for (const char c : text.substr(0, open))
    if (is_ascii(c) && !is_alnum(c) && !holds(" .-'_", c)) return std::nullopt;
  return text.substr(open + 1, text.size() - open - 2);
}

bool read_path(std::string_view text, bool pattern, std::vector<std::string>& into) {
  if (text.empty()) return true;
  text.remove_prefix(1);
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return true;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('/', from), text.size());
    auto segment = wire::percent_decode(text.substr(from, end - from));
    if (!segment || segment->empty() || *segment == "." || *segment == ".." ||
        into.size() >= kMostSegments)
      return false;
    for (const char c : *segment)
      if (holds("/\\%", c) || static_cast<unsigned char>(c) < 0x20) return false;
    const bool last = end == text.size();
    if (pattern && segment->find("**") != std::string::npos && !(last && *segment == "**"))
      return false;
    into.push_back(std::move(*segment));
    from = end + 1;
  }
  return true;
}

// Whether what stands behind `?` or `#` names a place of its own, as a redirector's does.
bool names_another(std::string_view text) {
  constexpr std::string_view kBetween = "&;=?#,";
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find_first_of(kBetween, from), text.size());
    std::string piece(text.substr(from, end - from));
    for (int turn = 0; turn < 2 && holds(piece, '%'); ++turn) {
      auto decoded = wire::percent_decode(piece);
      if (!decoded) return true;
      piece = std::move(*decoded);
    }
    if (holds(piece, '%') || piece.find("://") != std::string::npos || piece.starts_with("//") ||
        holds(piece, '\\') || is_address(piece))
      return true;
    from = end + 1;
  }
  return false;
}

uint16_t default_port(std::string_view scheme) {
  if (scheme == "https" || scheme == "wss") return 443;
  return scheme == "http" || scheme == "ws" ? 80 : 0;
}

std::optional<Destination> read_web(std::string_view text, bool pattern) {
  Destination read;
  read.kind = Kind::web;
  const size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    read.scheme = lower(text.substr(0, scheme));
    const bool is_scheme =
        !read.scheme.empty() && !is_digit(read.scheme[0]) &&
        std::ranges::all_of(read.scheme, [](char c) { return is_alnum(c) || holds("+-.", c); });
    if (!is_scheme) return std::nullopt;
    text.remove_prefix(scheme + 3);
  }
  if (text.find_first_of(" \\") != std::string_view::npos) return std::nullopt;
  const size_t rest = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, rest);
  if (const size_t colon = authority.find(':'); colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), read.port);
    if (fault != std::errc() || end != digits.data() + digits.size() || digits[0] == '0')
      return std::nullopt;
    if (read.port == default_port(read.scheme)) read.port = 0;
    authority = authority.substr(0, colon);
  }
  auto host = read_host(authority, pattern);
  // Without a scheme a word alone is a name.
  if (!host || (read.scheme.empty() && host->size() < 2)) return std::nullopt;
  read.host = std::move(*host);
  const std::string_view behind = text.substr(rest);
  const size_t query = std::min(behind.find_first_of("?#"), behind.size());
  if (pattern ? query < behind.size() : names_another(behind.substr(query))) return std::nullopt;
  if (!read_path(behind.substr(0, query), pattern, read.path)) return std::nullopt;
  return read;
}

// In groups that one space parts, or without.
std::optional<Destination> read_iban(std::string_view text) {
  Destination read;
  read.kind = Kind::iban;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' && i > 0 && text[i - 1] != ' ') continue;
    if (!is_alnum(c)) return std::nullopt;
    read.text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  const std::string& all = read.text;
  const bool is_iban = all.size() >= 14 && all.size() <= 34 && !is_digit(all[0]) &&
                       !is_digit(all[1]) && is_digit(all[2]) && is_digit(all[3]) &&
                       std::ranges::count_if(all, is_digit) * 2 >= std::ssize(all);
  return is_iban ? std::optional(read) : std::nullopt;
}

std::optional<Destination> read_phone(std::string_view text) {
  if (!text.starts_with('+')) return std::nullopt;
  Destination read;
  read.kind = Kind::phone;
  for (const char c : text.substr(1)) {
    if (is_digit(c))
      read.text += c;
    else if (!holds(" -.()/", c))
      return std::nullopt;
  }
  return read.text.size() >= 7 && read.text.size() <= 15 ? std::optional(read) : std::nullopt;
}

std::optional<Destination> read_name(std::string_view text) {
  Destination read;
  const bool sign = text.front() == '@' || text.front() == '#';
  const std::string_view word = text.substr(sign ? 1 : 0);
  const bool plain = !word.empty() && word.size() <= 128 && std::ranges::all_of(word, [](char c) {
    return is_alnum(c) || holds("_.-/:", c);
  });
  if (!plain) return std::nullopt;
  // Handles and channels are the same in either case; of an account nobody knows.
  read.text = sign ? lower(text) : std::string(text);
  return read;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<Destination> read(std::string_view text, bool pattern) {
  text = trimmed(text);
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
  if (const auto inner = pattern ? std::nullopt : in_angles(text)) return read_mail(*inner, false);
  if (text.find("://") != std::string_view::npos) return read_web(text, pattern);
  if (lower(text.substr(0, 7)) == "mailto:") return read_mail(text.substr(7), pattern);
  if (lower(text.substr(0, 4)) == "tel:") return read_phone(text.substr(4));
  if (text.find('@', 1) != std::string_view::npos) return read_mail(text, pattern);
  if (auto iban = read_iban(text)) return iban;
  if (auto phone = read_phone(text)) return phone;
  if (auto web = read_web(text, pattern)) return web;
  return read_name(text);
}

}  // namespace

std::optional<Destination> read_destination(std::string_view value) {
  return read(value, false);
}

std::optional<Destination> read_destination_pattern(std::string_view pattern) {
  return read(pattern, true);
}

std::vector<Destination> read_destinations(std::string_view value) {
  std::vector<Destination> all;
  if (value.size() > kMostInList * kLongest) return all;
  for (size_t from = 0; from <= value.size();) {
    const size_t end = std::min(value.find_first_of(",;", from), value.size());
    auto one = read(value.substr(from, end - from), false);
    if (!one || all.size() >= kMostInList) return {};
    all.push_back(std::move(*one));
    from = end + 1;
  }
  return all;
}

}  // namespace doorward::policy::flow
