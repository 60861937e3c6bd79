#include "detect/reach.h"

#include <hs/hs.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string>

#include "detect/characters.h"

namespace doorward::detect {

namespace {

constexpr size_t kBeyond = 16;
// What reaches further is read as a whole: longer than any value that a pattern is for.
constexpr size_t kFurthest = 4096;

// Whether a class of bytes (`\\s`, `[^\\s|]`, `.`) holds blanks alone or none.
bool is_of_one_kind(std::string_view set) {
  if (set == "\\s") return true;
  if (set.starts_with("[^")) return set.find("\\s") != set.npos;
  if (set == "." || set == "\\W" || set == "\\D") return false;
  for (const std::string_view blank : {" ", "\\s", "\\S", "\\n", "\\r", "\\t", "\\W", "\\D", "\\x"})
    if (set.find(blank) != set.npos) return false;
  return true;
}

// The pattern with a bound for each repetition that has none. Empty where a group repeats without
// bound, or a class that holds blanks and other bytes: such rows are of several kinds.
std::string bounded(std::string_view pattern) {
  std::string out;
  std::string_view atom;  // what a repetition stands behind
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    size_t size = c == '\\' ? 2 : 1;
    if (c == '[') {
      size += pattern.substr(i + 1).starts_with('^') ? 1 : 0;
      while (i + size < pattern.size() && pattern[i + size] != ']')
        size += pattern[i + size] == '\\' ? 2 : 1;
      ++size;
    } else if (c == '{') {
      size = pattern.find('}', i) - i + 1;
    }
    const std::string_view part = pattern.substr(i, size);
    i += size;
    if (c != '*' && c != '+' && !(c == '{' && part.ends_with(",}"))) {
      out += part;
      atom = part;
      continue;
    }
    if (atom == ")" || !is_of_one_kind(atom)) return {};
    const size_t least = c == '{' ? std::stoul(std::string(part.substr(1))) : c == '+' ? 1 : 0;
    out += '{' + std::to_string(least) + ',' + std::to_string(least + kRun) + '}';
  }
  return out;
}

size_t longest_of(const std::string& pattern) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  size_t longest = kNoReach;
  if (hs_expression_info(pattern.c_str(), HS_FLAG_DOTALL, &info, &error) == HS_SUCCESS &&
      info->max_width != UINT_MAX)
    longest = info->max_width;
  std::free(info);
  hs_free_compile_error(error);
  return longest;
}

// Goes from `at` by `step` until `reach` bytes are counted or `limit` is met; `before` is the byte
// that a step leads over.
template <class Byte>
size_t go(size_t at, size_t reach, size_t limit, int step, const Byte& byte) {
  size_t row = 0;
  bool blank = false;
  while (at != limit) {
    const bool is_blank = is_space(byte(at));
    row = row > 0 && is_blank == blank ? row + 1 : 1;
    blank = is_blank;
    if (row <= kRun && reach-- == 0) break;
    at += static_cast<size_t>(step);
  }
  return at;
}

}  // namespace

size_t reach_of_pattern(std::string_view pattern) {
  const size_t known = longest_of(std::string(pattern));
  if (known != kNoReach) return known + kBeyond;
  const std::string with_bounds = bounded(pattern);
  const size_t longest = with_bounds.empty() ? kNoReach : longest_of(with_bounds);
  return longest > kFurthest ? kNoReach : longest + kBeyond;
}

size_t begin_before(std::string_view text, size_t at, size_t reach, size_t least) {
  if (reach == kNoReach || at <= least) return least;
  return go(at, reach, least, -1, [&](size_t i) { return text[i - 1]; });
}

size_t end_behind(std::string_view text, size_t at, size_t reach, size_t most) {
  if (reach == kNoReach) return text.size();
  most = std::min(most, text.size());
  if (at >= most) return most;
  return go(at, reach, most, 1, [&](size_t i) { return text[i]; });
}

}  // namespace doorward::detect
