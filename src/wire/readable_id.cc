#include "wire/readable_id.h"

#include <cstdint>

namespace doorward::wire {

namespace {

constexpr size_t kLongest = 256;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Where a string ends that begins at `at`, behind its quote; npos for one that does not end.
size_t end_of_string(std::string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return std::string_view::npos;
}

bool is_integer(std::string_view token) {
  if (token.starts_with('-')) token.remove_prefix(1);
  if (token.empty() || token.size() > 18 || (token.size() > 1 && token.front() == '0'))
    return false;
  for (const char c : token)
    if (c < '0' || c > '9') return false;
  return true;
}

// The id that begins at `at`; "" for what is none.
std::string_view id_at(std::string_view text, size_t at) {
  if (at >= text.size()) return "";
  if (text[at] == '"') {
    const size_t end = end_of_string(text, at);
    if (end == std::string_view::npos || end - at > kLongest) return "";
    const std::string_view token = text.substr(at, end - at);
    for (const char c : token)
      if (c < 0x20 || c > 0x7e || c == '\\') return "";
    return token;
  }
  size_t end = at;
  while (end < text.size() && (text[end] == '-' || (text[end] >= '0' && text[end] <= '9'))) ++end;
  const bool ends =
      end < text.size() && (text[end] == ',' || text[end] == '}' || is_space(text[end]));
  const std::string_view token = text.substr(at, end - at);
  return ends && is_integer(token) ? token : "";
}

}  // namespace

std::string_view readable_id(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && is_space(text[i])) ++i;
  if (i >= text.size() || text[i] != '{') return "";
  std::string_view found;
  bool has_method = false;
  const auto read = [&] { return has_method ? found : std::string_view(); };
  uint32_t depth = 0;
  bool name_next = true;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '"') {
      const size_t end = end_of_string(text, i);
      if (end == std::string_view::npos) return read();
      const std::string_view name = depth == 1 && name_next ? text.substr(i, end - i) : "";
      const bool is_id = name == "\"id\"";
      has_method = has_method || name == "\"method\"";
      i = end;
      if (!is_id) continue;
      while (i < text.size() && is_space(text[i])) ++i;
      if (i >= text.size() || text[i] != ':') return "";
      ++i;
      while (i < text.size() && is_space(text[i])) ++i;
      if (!found.empty()) return "";
      found = id_at(text, i);
      if (found.empty()) return "";
      i += found.size();
      name_next = false;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return read();
    if (depth == 1 && c == ':') name_next = false;
    if (depth == 1 && c == ',') name_next = true;
    ++i;
  }
  return read();
}

}  // namespace doorward::wire
