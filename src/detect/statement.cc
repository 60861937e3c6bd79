#include "detect/statement.h"

#include <algorithm>
#include <array>
#include <string>

#include "detect/characters.h"
#include "detect/sql.h"

namespace doorward::detect {

namespace {

// Where the call of a function stands: its name as a word, in whatever case; the whole where it is
// written so that it can't be found.
Span place_of(std::string_view text, std::string_view name) {
  for (size_t at = 0; at + name.size() <= text.size(); ++at) {
    if (at > 0 && is_word(text[at - 1])) continue;
    size_t same = 0;
    while (same < name.size() && lower(text[at + same]) == name[same]) ++same;
    const size_t end = at + name.size();
    if (same < name.size() || (end < text.size() && is_word(text[end]))) continue;
    return {at, end};
  }
  return {0, text.size()};
}

// What may stand beside other words in SQL without a mark between them.
constexpr auto kWordsOfSql = std::to_array<std::string_view>(
    {"all",       "alter",     "analyse",     "analyze",     "and",
     "any",       "as",        "asc",         "at",          "begin",
     "between",   "binary",    "boolean",     "both",        "by",
     "call",      "cascade",   "case",        "collate",     "column",
     "columns",   "commit",    "concat",      "copy",        "create",
     "cross",     "current",   "database",    "date",        "datetime",
     "day",       "declare",   "default",     "delay",       "delete",
     "desc",      "describe",  "distinct",    "distinctrow", "div",
     "do",        "drop",      "else",        "end",         "escape",
     "except",    "exclude",   "exec",        "execute",     "exists",
     "expansion", "explain",   "false",       "fetch",       "filter",
     "first",     "following", "for",         "force",       "from",
     "full",      "function",  "global",      "go",          "grant",
     "group",     "having",    "hour",        "if",          "ignore",
     "ilike",     "immediate", "in",          "index",       "inner",
     "insert",    "intersect", "interval",    "into",        "is",
     "isnull",    "join",      "key",         "kill",        "language",
     "last",      "lateral",   "leading",     "left",        "like",
     "limit",     "local",     "lock",        "locked",      "match",
     "member",    "merge",     "microsecond", "minus",       "minute",
     "mod",       "mode",      "month",       "names",       "national",
     "natural",   "next",      "not",         "notnull",     "nowait",
     "null",      "nulls",     "of",          "offset",      "on",
     "only",      "open",      "or",          "order",       "ordinality",
     "outer",     "over",      "partition",   "perform",     "preceding",
     "precision", "prepare",   "print",       "prior",       "procedure",
     "quarter",   "query",     "raise",       "range",       "recursive",
     "regexp",    "rename",    "repeatable",  "replace",     "return",
     "returning", "revoke",    "right",       "rlike",       "rollback",
     "row",       "rows",      "schema",      "second",      "select",
     "session",   "set",       "share",       "show",        "shutdown",
     "similar",   "skip",      "some",        "sounds",      "straight_join",
     "symmetric", "system",    "table",       "tables",      "tablesample",
     "then",      "ties",      "time",        "timestamp",   "to",
     "top",       "trailing",  "true",        "truncate",    "unbounded",
     "union",     "unique",    "unknown",     "unsigned",    "update",
     "use",       "user",      "using",       "value",       "values",
     "variable",  "view",      "waitfor",     "week",        "when",
     "where",     "while",     "window",      "with",        "within",
     "without",   "work",      "xor",         "year",        "zone"});

bool is_word_of_sql(std::string_view word) {
  std::string small(word);
  for (char& c : small) c = lower(c);
  return small.starts_with("sql_") ||
         std::binary_search(kWordsOfSql.begin(), kWordsOfSql.end(), small);
}

bool joins_statements(std::string_view word) {
  static constexpr auto kJoining = std::to_array<std::string_view>(
      {"and",     "or",    "xor", "select",    "union",   "from",  "where", "having",
       "case",    "when",  "if",  "limit",     "order",   "group", "by",    "exec",
       "execute", "call",  "do",  "perform",   "values",  "set",   "div",   "mod",
       "like",    "rlike", "not", "procedure", "declare", "begin", "return"});
  std::string small(word);
  for (char& c : small) c = lower(c);
  return std::ranges::find(kJoining, small) != kJoining.end();
}

// `sleep(5) in JavaScript`: no dialect has a word of these anywhere.
bool names_language(std::string_view word) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"bash", "docs", "golang", "java", "javascript", "kotlin", "mysql", "node", "perl", "php",
       "postgres", "postgresql", "python", "ruby", "rust", "selenium", "sqlite", "swift",
       "typescript"});
  std::string small(word);
  for (char& c : small) c = lower(c);
  return std::ranges::binary_search(kNames, small);
}

}  // namespace

bool is_prose_about_sql(std::string_view text) {
  constexpr std::string_view kMarks = " \t\n.,?!:()_-";
  const auto is_plain = [&](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || kMarks.find(c) != kMarks.npos;
  };
  if (text.find("--") != text.npos || !std::all_of(text.begin(), text.end(), is_plain))
    return false;
  size_t row = 0;
  size_t longest = 0;
  bool joins = false;  // a word that could hang the call onto a statement
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    while (at < text.size() && is_word(text[at])) ++at;
    if (at > from) {
      const std::string_view word = text.substr(from, at - from);
      const bool plain = !is_digit(text[from]) && !is_word_of_sql(word);
      row = plain ? row + 1 : 0;
      longest = std::max(longest, row);
      joins = joins || is_digit(text[from]) || joins_statements(word);
      longest = std::max(longest, names_language(word) ? size_t{3} : 0);
    } else if (text[at] == '(' && longest < 3) {
      // Of a call; whatever stands in other parentheses may be a statement.
      const size_t close = text.find(')', at);
      const size_t inner = text.find('(', at + 1);
      if (close == text.npos || inner < close || row == 0 || at == 0 || !is_word(text[at - 1]))
        return false;
      row = 0;
      at = close + 1;
    } else {
      if (text[at] != ' ' && text[at] != '\t' && text[at] != '\n') row = 0;
      ++at;
    }
  }
  return longest >= 3 || (longest >= 2 && !joins);
}

void judge_statement(std::string_view text, std::vector<Finding>& findings) {
  const SqlReport report = read_sql(text);
  Span place{0, text.size()};
  const auto tell = [&](std::string_view rule, Certainty certainty, double score) {
    findings.push_back({rule, Kind::sql, certainty, score, place, "plain"});
  };
  for (const auto& functions : {report.functions, report.quoted_functions})
    for (const SqlFunction& function : functions) {
      place = place_of(text, function.name);
      // What reads files or controls the server is the policy's word; waiting and shells are not.
      if (function.danger == SqlDanger::delay) tell("sql.delay", Certainty::certain, 0.98);
      if (function.danger == SqlDanger::execute) tell("sql.execute", Certainty::certain, 0.98);
      if (function.danger == SqlDanger::network || function.danger == SqlDanger::file)
        tell("sql.outside", Certainty::likely, 0.9);
    }
  const size_t hidden = text.find("/*!");
  place = {hidden == std::string_view::npos ? 0 : hidden, text.size()};
  if (report.hidden_code) tell("sql.hidden_code", Certainty::likely, 0.9);
  // The tail of an injection begins in the middle of a value.
  size_t at = 0;
  while (at < text.size() && (is_space(text[at]) || text[at] == '(')) ++at;
  if (at < text.size() &&
      (text[at] == '\'' || text[at] == '"' || text[at] == ')' || text[at] == ';' ||
       is_digit(text[at])) &&
      report.worst == SqlClass::unknown) {
    place = {at, text.size()};
    tell("sql.fragment", Certainty::likely, 0.9);
  }
}

}  // namespace doorward::detect
