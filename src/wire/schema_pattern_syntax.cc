// From the pattern syntax of ECMA-262 (section 22.2.1, `u` flag) to RE2's.
#include <array>
#include <optional>
#include <utility>

#include "wire/schema_pattern.h"

namespace doorward::wire {
namespace {

// White space of ECMA-262 (WhiteSpace and LineTerminator), and all but it, as parts of a class.
constexpr std::string_view kSpace =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNotSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view kAnyButLineEnd = R"([^\n\r\x{2028}\x{2029}])";
constexpr std::string_view kAny = R"([\x{0}-\x{10ffff}])";
constexpr std::string_view kNone = R"([^\x{0}-\x{10ffff}])";

// Long names of general categories; scripts and short names are the same in RE2.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kCategories = {{
    {"Any", "Any"},
    {"Letter", "L"},
    {"Lowercase_Letter", "Ll"},
    {"Uppercase_Letter", "Lu"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Symbol", "S"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Control", "Cc"},
    {"Format", "Cf"},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  std::expected<std::string, std::string> run() {
    while (error_.empty() && !rest_.empty()) one();
    if (!error_.empty()) return std::unexpected(error_);
    return std::move(out_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void refuse(std::string_view what) {
    if (error_.empty()) error_ = what;
  }

  void one() {
    if (rest_.starts_with('[')) return character_class();
    if (rest_.starts_with('(')) return group();
    const char c = take();
    switch (c) {
      case '\\':
        return escape(false);
      case '.':
        out_ += kAnyButLineEnd;
        return;
      case '{':
        return brace();
      case '}':
      case ']':
        out_ += '\\';
        [[fallthrough]];
      default:
        out_ += c;
    }
  }

  void group() {
    if (rest_.starts_with("(?=") || rest_.starts_with("(?!"))
      return refuse("a look-ahead that does not stand right behind a leading `^`");
    if (rest_.starts_with("(?<=") || rest_.starts_with("(?<!")) return refuse("a look-behind");
    if (rest_.starts_with("(?<")) {
      const size_t end = rest_.find('>');
      if (end == rest_.npos) return refuse("an unfinished group name");
      rest_.remove_prefix(end + 1);
      out_ += "(?:";
      return;
    }
    if (rest_.starts_with("(?")) {
      if (!rest_.starts_with("(?:")) return refuse("a group that ECMA-262 does not know");
      rest_.remove_prefix(3);
    } else {
      rest_.remove_prefix(1);
    }
    out_ += "(?:";
  }

  // `{3}`, `{3,}` and `{3,5}` repeat; any other brace stands for itself (Annex B).
  void brace() {
    size_t at = 0;
    const auto digits = [&] {
      const size_t from = at;
      while (at < rest_.size() && is_digit(rest_[at])) ++at;
      return at > from;
    };
    bool repeats = digits();
    if (repeats && at < rest_.size() && rest_[at] == ',') {
      ++at;
      digits();
    }
    repeats = repeats && at < rest_.size() && rest_[at] == '}';
    if (!repeats) {
      out_ += "\\{";
      return;
    }
    out_.append("{").append(rest_.substr(0, at + 1));
    rest_.remove_prefix(at + 1);
  }

  void character_class() {
    take();
    const bool negated = rest_.starts_with('^');
    if (negated) take();
    if (rest_.starts_with(']')) {
      take();
      out_ += negated ? kAny : kNone;
      return;
    }
    out_ += negated ? "[^" : "[";
    while (error_.empty() && !rest_.starts_with(']')) {
      if (rest_.empty()) return refuse("an unfinished class");
      const char c = take();
      if (c == '\\') {
        escape(true);
      } else {
        if (c == '[' || c == '^' || c == '&' || c == '~') out_ += '\\';
        out_ += c;
      }
    }
    if (error_.empty()) out_ += take();
  }

  void character(uint32_t c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out_ += "\\x{";
    bool began = false;
    for (int shift = 20; shift >= 0; shift -= 4) {
      const uint32_t digit = c >> shift & 0xF;
      began = began || digit != 0 || shift == 0;
      if (began) out_ += kDigits[digit];
    }
    out_ += '}';
  }

  std::optional<uint32_t> hex(size_t size) {
    if (rest_.size() < size) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      const int digit = hex_value(rest_[i]);
      if (digit < 0) return std::nullopt;
      value = value * 16 + static_cast<uint32_t>(digit);
    }
    rest_.remove_prefix(size);
    return value;
  }

  void unicode_escape() {
    if (rest_.starts_with('{')) {
      const size_t end = rest_.find('}');
      if (end == rest_.npos || end < 2 || end > 7) return refuse("a bad `\\u`");
      take();
      const auto value = hex(end - 1);
      if (!value || *value > 0x10FFFF || !rest_.starts_with('}')) return refuse("a bad `\\u`");
      take();
      return character(*value);
    }
    auto value = hex(4);
    if (!value) return refuse("a bad `\\u`");
    if (*value >= 0xD800 && *value < 0xDC00 && rest_.starts_with("\\u")) {
      rest_.remove_prefix(2);
      const auto low = hex(4);
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return refuse("a lone surrogate");
      value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (*value >= 0xD800 && *value <= 0xDFFF) return refuse("a lone surrogate");
    character(*value);
  }

  void property(char which) {
    const size_t end = rest_.find('}');
    if (!rest_.starts_with('{') || end == rest_.npos) return refuse("a bad `\\p`");
    std::string_view name = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    for (const std::string_view prefix : {"Script=", "sc=", "General_Category=", "gc="})
      if (name.starts_with(prefix)) {
        name.remove_prefix(prefix.size());
        break;
      }
    for (const auto& [long_name, category] : kCategories)
      if (name == long_name) name = category;
    out_.append("\\").append(1, which).append("{").append(name).append("}");
  }

  // Behind a backslash.
  void escape(bool in_class) {
    if (rest_.empty()) return refuse("a backslash at its end");
    const char c = take();
    switch (c) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 't':
      case 'n':
      case 'r':
      case 'f':
      case 'v':
        out_.append("\\").append(1, c);
        return;
      case 's':
      case 'S': {
        const std::string_view ranges = c == 's' ? kSpace : kNotSpace;
        out_ += in_class ? std::string(ranges) : "[" + std::string(ranges) + "]";
        return;
      }
      case 'b':
      case 'B':
        if (!in_class) {
          out_.append("\\").append(1, c);
        } else if (c == 'b') {
          character(8);
        } else {
          refuse("a `\\B` in a class");
        }
        return;
      case 'c': {
        if (rest_.empty() ||
            !((rest_[0] >= 'a' && rest_[0] <= 'z') || (rest_[0] >= 'A' && rest_[0] <= 'Z')))
          return refuse("a bad `\\c`");
        return character(static_cast<uint32_t>(take()) % 32);
      }
      case 'x': {
        const auto value = hex(2);
        return value ? character(*value) : refuse("a bad `\\x`");
      }
      case 'u':
        return unicode_escape();
      case 'p':
      case 'P':
        return property(c);
      case 'k':
        return refuse("a backreference");
      case '0':
        return rest_.empty() || !is_digit(rest_[0]) ? character(0) : refuse("an octal escape");
      default:
        break;
    }
    if (is_digit(c)) return refuse("a backreference");
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
      return refuse(std::string("the escape `\\") + c + "`, which ECMA-262 does not know");
    // A character that stands for itself.
    if (static_cast<signed char>(c) > 0 && c != '_') out_ += '\\';
    out_ += c;
  }

  std::string_view rest_;
  std::string out_;
  std::string error_;
};

}  // namespace

std::expected<std::string, std::string> re2_syntax(std::string_view pattern) {
  return Translator(pattern).run();
}

}  // namespace doorward::wire
