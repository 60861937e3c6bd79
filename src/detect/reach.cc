#include "detect/reach.h"

#include <hs/hs.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string>

#include "detect/characters.h"
#include "detect/masks.h"

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

}  // namespace

size_t reach_of_pattern(std::string_view pattern) {
  const size_t known = longest_of(std::string(pattern));
  if (known != kNoReach) return known + kBeyond;
  const std::string with_bounds = bounded(pattern);
  const size_t longest = with_bounds.empty() ? kNoReach : longest_of(with_bounds);
  return longest > kFurthest ? kNoReach : longest + kBeyond;
}

LongRows::LongRows(std::string_view text) : text_(text) {
  static_assert(kRun >= Block::kBytes);
  size_t begin = 0;  // of the row that goes on
  uint64_t before = 0;
  const auto are_blanks = [](Bytes16 bytes) { return are_from(bytes, '\t', 5) | are(bytes, ' '); };
  for (size_t from = 0; from < text.size(); from += Block::kBytes) {
    const uint64_t blanks = Block(text, from).where(are_blanks);
    const uint64_t changes = blanks ^ (blanks << 1 | before);
    before = blanks >> 63;
    if (changes == 0) continue;
    const size_t first = from + static_cast<size_t>(__builtin_ctzll(changes));
    if (first > begin + kRun) rows_.push_back({begin, std::min(first, text.size())});
    begin = from + 63 - static_cast<size_t>(__builtin_clzll(changes));
  }
  if (text.size() > begin + kRun) rows_.push_back({begin, text.size()});
}

bool LongRows::any_in(size_t from, size_t to) const {
  const auto row = std::upper_bound(rows_.begin(), rows_.end(), from,
                                    [](size_t at, const Row& one) { return at < one.to; });
  return row != rows_.end() && row->from < to;
}

size_t LongRows::begin_before(size_t at, size_t reach, size_t least) const {
  if (reach == kNoReach || at <= least) return least;
  const size_t plain = at - std::min(at, reach);
  if (!any_in(plain, at)) return std::max(plain, least);
  while (at > least && reach > 0) {
    // The row that the byte before stands in, or the next one that ends before it.
    const auto behind = std::lower_bound(rows_.begin(), rows_.end(), at,
                                         [](const Row& one, size_t end) { return one.from < end; });
    const Row row = behind == rows_.begin() ? Row{0, 0} : *(behind - 1);
    const bool inside = row.to >= at;
    const size_t from = inside ? row.from : row.to;
    const size_t counted = inside ? std::min(at - from, kRun) : at - from;
    at = reach < counted ? at - reach : from;
    reach -= std::min(reach, counted);
  }
  return std::max(at, least);
}

size_t LongRows::end_behind(size_t at, size_t reach, size_t most) const {
  if (reach == kNoReach) return text_.size();
  most = std::min(most, text_.size());
  if (at >= most) return most;
  if (!any_in(at, std::min(at + reach, text_.size()))) return std::min(at + reach, most);
  while (at < most && reach > 0) {
    // The row that the byte stands in, or the next one that begins behind it.
    const auto next = std::upper_bound(rows_.begin(), rows_.end(), at,
                                       [](size_t begin, const Row& one) { return begin < one.to; });
    const Row row = next == rows_.end() ? Row{text_.size(), text_.size()} : *next;
    const bool inside = row.from <= at;
    const size_t to = inside ? row.to : row.from;
    const size_t counted = inside ? std::min(to - at, kRun) : to - at;
    at = reach < counted ? at + reach : to;
    reach -= std::min(reach, counted);
    if (at == text_.size()) break;
  }
  return std::min(at, most);
}

}  // namespace doorward::detect
