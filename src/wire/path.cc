#include "wire/path.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace doorward::wire {

namespace {

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  const char low = static_cast<char>(letter | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// One round of percent-decoding.
std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// Characters that fold (NFKC) or are drawn as `.` `/` or `\`, as they stand in UTF-8; and the
// overlong forms of `.` and `/`, which a percent-encoded path can carry.
constexpr std::array<std::pair<std::string_view, char>, 14> kLooksLike{{
    {"\xE2\x80\xA4", '.'},   // one dot leader
    {"\xEF\xBC\x8E", '.'},   // full-width full stop
    {"\xEF\xB9\x92", '.'},   // small full stop
    {"\xEF\xBC\x8F", '/'},   // full-width solidus
    {"\xE2\x81\x84", '/'},   // fraction slash
    {"\xE2\x88\x95", '/'},   // division slash
    {"\xE2\xA7\xB8", '/'},   // big solidus
    {"\xEF\xBC\xBC", '\\'},  // full-width reverse solidus
    {"\xEF\xB9\xA8", '\\'},  // small reverse solidus
    {"\xE2\x88\x96", '\\'},  // set minus
    {"\xC0\xAE", '.'},       // overlong
    {"\xC0\xAF", '/'},       // overlong
    {"\xE0\x80\xAE", '.'},   // overlong
    {"\xE0\x80\xAF", '/'},   // overlong
}};

std::string folded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    bool found = false;
    if ((static_cast<unsigned char>(text[i]) & 0x80U) != 0)
      for (const auto& [form, plain] : kLooksLike)
        if (text.substr(i).starts_with(form)) {
          out += plain;
          i += form.size();
          found = true;
          break;
        }
    if (!found) out += text[i++];
  }
  // Two dots in one character (U+2025).
  for (size_t at = out.find("\xE2\x80\xA5"); at != std::string::npos; at = out.find("\xE2\x80\xA5"))
    out.replace(at, 3, "..");
  return out;
}

bool has_control(std::string_view text) {
  for (const char letter : text)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) return true;
  return false;
}

// A component `..`, where both slashes separate.
bool has_parent(std::string_view text) {
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find_first_of("/\\", begin), text.size());
    if (text.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

size_t separators(std::string_view text) {
  size_t count = 0;
  for (const char letter : text) count += letter == '/' ? 1 : 0;
  return count;
}

// The same path to a server that decodes or folds it.
PathFault disguise_of(std::string_view text) {
  std::string seen(text);
  for (int round = 0; round < 4; ++round) {
    std::string next = folded(round == 0 ? seen : decoded(seen));
    if (round > 0 && next == seen) break;
    if (next == text) continue;
    if (has_control(next)) return PathFault::control;
    if (has_parent(next) || separators(next) != separators(text)) return PathFault::disguised;
    seen = std::move(next);
  }
  return PathFault::none;
}

}  // namespace

PathText read_path(std::string_view text) {
  PathText read;
  std::string from_url;
  if (text.starts_with("file:") || text.starts_with("FILE:")) {
    std::string_view rest = text.substr(5);
    if (rest.starts_with("//")) {
      const size_t path = rest.find('/', 2);
      rest = path == std::string_view::npos ? std::string_view() : rest.substr(path);
    }
    from_url = decoded(rest);
    text = from_url;
  }
  if (has_control(text)) {
    read.fault = PathFault::control;
    return read;
  }
  read.fault = disguise_of(text);
  if (read.fault != PathFault::none) return read;
  read.absolute = text.starts_with('/');
  read.home = text.starts_with('~');
  // Where a backslash would make a parent it separates.
  std::string plain(text);
  if (has_parent(text))
    for (char& letter : plain)
      if (letter == '\\') letter = '/';
  std::vector<std::string_view> parts;
  const std::string_view whole = plain;
  for (size_t begin = 0; begin <= whole.size();) {
    const size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string_view part = whole.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    } else if (!read.absolute) {
      read.fault = PathFault::climbs;
      return read;
    }
  }
  if (read.absolute) read.normal = "/";
  for (const std::string_view part : parts) {
    if (!read.normal.empty() && read.normal != "/") read.normal += '/';
    read.normal += part;
  }
  return read;
}

bool is_below(std::string_view normal, std::string_view root) {
  while (root.size() > 1 && root.ends_with('/')) root.remove_suffix(1);
  if (root == "/") return normal.starts_with('/');
  return normal.starts_with(root) && (normal.size() == root.size() || normal[root.size()] == '/');
}

}  // namespace doorward::wire
