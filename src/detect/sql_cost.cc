// Statements that keep a server busy for long, though they call nothing that waits.
#include <algorithm>
#include <charconv>
#include <optional>

#include "detect/sql_words.h"

namespace doorward::detect {

namespace {

using List = std::vector<SqlToken>;

// The token behind the `)` of the `(` at `open`; the end of the list without one.
size_t behind(const List& list, size_t open) {
  for (size_t i = open + 1; i < list.size(); ++i)
    if (list[i].is_mark(')') && list[i].depth == list[open].depth) return i + 1;
  return list.size();
}

// A number with its sign, at `at` and nothing behind it but what ends an argument.
std::optional<double> number_at(const List& list, size_t& at) {
  const bool minus = at < list.size() && list[at].is_mark('-');
  if (minus) ++at;
  if (at >= list.size() || list[at].kind != SqlTokenKind::number) return std::nullopt;
  std::string digits = list[at].text;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  ++at;
  // `::bigint`
  while (at + 2 < list.size() && list[at].is_mark(':') && list[at + 1].is_mark(':')) at += 3;
  return minus ? -value : value;
}

bool is_long_series(const List& list, size_t open) {
  constexpr double kMost = 10'000'000;
  size_t at = open + 1;
  const auto first = number_at(list, at);
  if (!first || at >= list.size() || !list[at].is_mark(',')) return false;
  const auto last = number_at(list, ++at);
  if (!last) return false;
  double step = 1;
  if (at < list.size() && list[at].is_mark(','))
    if (const auto given = number_at(list, ++at); given && *given != 0) step = *given;
  return at < list.size() && list[at].is_mark(')') && (*last - *first) / step > kMost;
}

bool ends_rows(const SqlToken& token) {
  return token.is("where") || token.is("join") || token.is("limit") || token.is("fetch") ||
         token.is("top") || token.is("having") || token.is("using") || token.is("intersect") ||
         token.is("except");
}

// WITH RECURSIVE r AS (… UNION … SELECT i + 1 FROM r): the part that comes again has neither a
// condition nor a table to run out of, and who reads it takes no part of it.
bool is_endless(const List& list, size_t with) {
  size_t at = with + 1;
  bool endless = false;
  for (; at < list.size(); ++at) {
    if (list[at].depth == list[with].depth && list[at].is("as") && at + 1 < list.size()) {
      size_t open = at + 1;
      while (open < list.size() && !list[open].is_mark('(')) ++open;  // AS NOT MATERIALIZED (
      if (open >= list.size()) return false;
      const size_t end = behind(list, open);
      size_t again = open;
      for (size_t i = open; i < end; ++i)
        if (list[i].is("union") && list[i].depth == list[open].depth + 1) again = i;
      const auto part = list.begin() + static_cast<ptrdiff_t>(again);
      const auto last = list.begin() + static_cast<ptrdiff_t>(end);
      endless = endless || (again > open && std::none_of(part, last, ends_rows));
      at = end;
      if (at < list.size() && list[at].is_mark(',')) continue;
      break;
    }
    if (list[at].kind == SqlTokenKind::end_of_statement) break;
  }
  if (!endless) return false;
  for (; at < list.size() && list[at].kind != SqlTokenKind::end_of_statement; ++at)
    if (list[at].is("limit") || list[at].is("fetch") || list[at].is("top")) return false;
  return true;
}

// EXEC('WAI' + 'TFOR …'), EXECUTE 'a' || b, EXEC(@a + @b).
bool runs_parts(const List& list, size_t exec) {
  for (size_t i = exec + 1; i < list.size(); ++i) {
    if (list[i].kind == SqlTokenKind::end_of_statement) return false;
    const bool plus = list[i].is_mark('+');
    const bool bars = list[i].is_mark('|') && i + 1 < list.size() && list[i + 1].is_mark('|');
    if (plus || bars || list[i].is("concat")) return true;
  }
  return false;
}

}  // namespace

bool is_costly(const SqlTokens& tokens) {
  const List& list = tokens.list;
  int looks = 16;  // that each may read to the end of the text
  for (size_t i = 0; i < list.size() && looks > 0; ++i) {
    if (list[i].kind != SqlTokenKind::word) continue;
    if (list[i].is("generate_series") && i + 1 < list.size() && list[i + 1].is_mark('(') &&
        is_long_series(list, i + 1))
      return true;
    const bool recursion = list[i].is("recursive") && i > 0 && list[i - 1].is("with");
    const bool runs = list[i].is("exec") || list[i].is("execute");
    if (!recursion && !runs) continue;
    --looks;
    if (recursion ? is_endless(list, i) : runs_parts(list, i)) return true;
  }
  return false;
}

}  // namespace doorward::detect
