#include "wire/uri_template.h"

#include <optional>
#include <vector>

namespace doorward::wire {

namespace {

constexpr size_t kPatternBytes = 1024;
constexpr size_t kUriBytes = 8192;

// What an expression may put out (RFC 6570, section 3.2.1).
struct Part {
  std::string_view literal;  // of a literal
  char first = 0;            // the character that an expression begins with; 0 for none
  bool reserved = false;     // `+` and `#`: reserved characters too
  bool is_expression = false;
};

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '%' || static_cast<unsigned char>(c) >= 0x80;
}

// Characters inside an expansion: values, and what stands between several of them.
bool may_hold(const Part& part, char c) {
  if (part.reserved || is_unreserved(c) || c == ',' || c == '=') return true;
  switch (part.first) {
    case '/':
    case ';':
      return c == part.first;
    case '?':
    case '&':
      return c == '&';
    default:
      return false;
  }
}

std::optional<std::vector<Part>> parts_of(std::string_view pattern) {
  std::vector<Part> parts;
  while (!pattern.empty()) {
    const size_t open = pattern.find_first_of("{}");
    if (open == std::string_view::npos) {
      parts.push_back({.literal = pattern});
      break;
    }
    if (pattern[open] == '}') return std::nullopt;
    if (open > 0) parts.push_back({.literal = pattern.substr(0, open)});
    const size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view inside = pattern.substr(open + 1, close - open - 1);
    if (inside.empty() || inside.find('{') != std::string_view::npos) return std::nullopt;
    Part part{.is_expression = true};
    const char sign = inside.front();
    part.reserved = sign == '+' || sign == '#';
    if (std::string_view("#./;?&").find(sign) != std::string_view::npos) part.first = sign;
    parts.push_back(part);
    pattern.remove_prefix(close + 1);
  }
  return parts;
}

}  // namespace

bool fits_template(std::string_view uri, std::string_view pattern) {
  if (pattern.size() > kPatternBytes || uri.size() > kUriBytes) return false;
  const auto parts = parts_of(pattern);
  if (!parts) return false;
  // at[i]: the parts so far can put out the first i bytes.
  std::vector<bool> at(uri.size() + 1);
  at[0] = true;
  for (const Part& part : *parts) {
    std::vector<bool> next(uri.size() + 1);
    if (!part.is_expression) {
      for (size_t i = 0; i + part.literal.size() <= uri.size(); ++i)
        if (at[i] && uri.substr(i, part.literal.size()) == part.literal)
          next[i + part.literal.size()] = true;
    } else {
      bool inside = false;
      for (size_t i = 0; i <= uri.size(); ++i) {
        // An undefined variable puts out nothing at all.
        if (at[i]) next[i] = true;
        if (inside) next[i] = true;
        if (i == uri.size()) break;
        const bool opens =
            at[i] && (part.first == 0 ? may_hold(part, uri[i]) : uri[i] == part.first);
        inside = opens || (inside && may_hold(part, uri[i]));
      }
    }
    at = std::move(next);
  }
  return at[uri.size()];
}

}  // namespace doorward::wire
