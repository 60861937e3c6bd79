// Which quoted texts a statement may run, and which can only be values.
#include <algorithm>
#include <array>

#include "detect/sql_words.h"

namespace doorward::detect {

namespace {

// Words that may stand before a parenthesis and call nothing; sorted.
constexpr std::array<std::string_view, 45> kNoCalls = {
    "all",     "and",      "any",     "as",        "between", "by",     "case",      "check",
    "default", "distinct", "else",    "except",    "exists",  "filter", "from",      "having",
    "ilike",   "in",       "insert",  "intersect", "into",    "is",     "join",      "like",
    "limit",   "not",      "offset",  "on",        "or",      "over",   "partition", "returning",
    "select",  "set",      "similar", "some",      "then",    "union",  "unique",    "update",
    "using",   "values",   "when",    "where",     "with"};

// Functions that take a text as a value; sorted.
constexpr std::array<std::string_view, 93> kTakesValues = {"against",
                                                           "array",
                                                           "ascii",
                                                           "avg",
                                                           "btrim",
                                                           "cast",
                                                           "char_length",
                                                           "character_length",
                                                           "charindex",
                                                           "coalesce",
                                                           "concat",
                                                           "concat_ws",
                                                           "contains",
                                                           "convert",
                                                           "count",
                                                           "date",
                                                           "date_format",
                                                           "date_part",
                                                           "date_trunc",
                                                           "datetime",
                                                           "decode",
                                                           "difference",
                                                           "encode",
                                                           "extract",
                                                           "freetext",
                                                           "glob",
                                                           "greatest",
                                                           "group_concat",
                                                           "hex",
                                                           "if",
                                                           "ifnull",
                                                           "iif",
                                                           "initcap",
                                                           "instr",
                                                           "isnull",
                                                           "json",
                                                           "json_array",
                                                           "json_build_object",
                                                           "json_extract",
                                                           "json_object",
                                                           "json_value",
                                                           "jsonb",
                                                           "jsonb_build_object",
                                                           "least",
                                                           "left",
                                                           "length",
                                                           "levenshtein",
                                                           "locate",
                                                           "lower",
                                                           "lpad",
                                                           "ltrim",
                                                           "match",
                                                           "max",
                                                           "md5",
                                                           "min",
                                                           "nullif",
                                                           "nvl",
                                                           "octet_length",
                                                           "patindex",
                                                           "phraseto_tsquery",
                                                           "plainto_tsquery",
                                                           "position",
                                                           "printf",
                                                           "quote_literal",
                                                           "regexp_like",
                                                           "regexp_match",
                                                           "regexp_matches",
                                                           "regexp_replace",
                                                           "regexp_substr",
                                                           "replace",
                                                           "reverse",
                                                           "right",
                                                           "rpad",
                                                           "rtrim",
                                                           "sha1",
                                                           "sha2",
                                                           "similarity",
                                                           "soundex",
                                                           "split_part",
                                                           "starts_with",
                                                           "strftime",
                                                           "string_agg",
                                                           "string_to_array",
                                                           "strpos",
                                                           "substr",
                                                           "substring",
                                                           "to_char",
                                                           "to_date",
                                                           "to_tsquery",
                                                           "to_tsvector",
                                                           "trim",
                                                           "upper",
                                                           "websearch_to_tsquery"};

bool is_name(const SqlToken& token) {
  return token.kind == SqlTokenKind::word || token.kind == SqlTokenKind::quoted_name;
}

std::string low(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

template <size_t N>
bool has(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The letter that says how a text is written: N'…', E'…', U&'…'.
bool is_prefix(const SqlToken& token) {
  return token.is("n") || token.is("e") || token.is("u") || token.is("b") || token.is("x") ||
         token.is("q");
}

// How many marks join what stands before to what follows: `+` is one, `||` two; zero for none.
size_t joins(const std::vector<SqlToken>& list, size_t at) {
  if (at >= list.size()) return 0;
  if (list[at].is_mark('+')) return 1;
  return list[at].is_mark('|') && at + 1 < list.size() && list[at + 1].is_mark('|') ? 2 : 0;
}

}  // namespace

std::vector<bool> value_texts(const SqlTokens& tokens) {
  const auto& list = tokens.list;
  std::vector<bool> values(list.size());
  std::vector<bool>
      around;  // of each open parenthesis: nothing around it calls what may run a text
  for (size_t i = 0; i < list.size(); ++i) {
    const bool here = around.empty() || around.back();
    if (list[i].kind == SqlTokenKind::text) {
      values[i] = here;
    } else if (list[i].is_mark('(')) {
      bool harmless = true;
      if (i > 0 && is_name(list[i - 1])) {
        const std::string name = low(list[i - 1].text);
        const bool word = list[i - 1].kind == SqlTokenKind::word;
        harmless = (word && has(kNoCalls, name)) || has(kTakesValues, name);
      }
      around.push_back(here && harmless);
    } else if (list[i].is_mark(')') && !around.empty()) {
      around.pop_back();
    }
  }
  return values;
}

bool runs_texts(const SqlTokens& tokens, const std::vector<SqlFunction>& called) {
  const auto& list = tokens.list;
  bool creates = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const SqlToken& token = list[i];
    if (token.kind != SqlTokenKind::word) continue;
    const bool first = i == 0 || list[i - 1].kind == SqlTokenKind::end_of_statement;
    if (token.is("exec") || token.is("execute") || token.is("prepare") || token.is("immediate") ||
        token.is("sp_executesql") || token.is("openquery"))
      return true;
    if (first && (token.is("do") || token.is("call"))) return true;
    creates = creates || token.is("create") || token.is("alter");
    if (creates && (token.is("function") || token.is("procedure") || token.is("trigger") ||
                    token.is("event") || token.is("rule")))
      return true;
    // Kept in a variable, to be run later.
    const auto marked = [&](size_t at, char mark) {
      return at < list.size() && list[at].is_mark(mark);
    };
    const bool variable = token.text.starts_with('@');
    const bool before = i > 0 && (list[i - 1].is("set") || list[i - 1].is("declare"));
    if (variable && (before || (marked(i + 1, ':') && marked(i + 2, '=')))) return true;
  }
  return std::any_of(called.begin(), called.end(), [](const SqlFunction& function) {
    return function.danger == SqlDanger::execute || function.danger == SqlDanger::network;
  });
}

std::vector<std::string> texts_that_may_run(const SqlTokens& tokens,
                                            const std::vector<SqlFunction>& called) {
  const auto& list = tokens.list;
  const bool runs = runs_texts(tokens, called);
  const bool all = tokens.unterminated || runs;
  const std::vector<bool> values = all ? std::vector<bool>() : value_texts(tokens);
  std::vector<std::string> texts;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].kind != SqlTokenKind::text) continue;
    if (!all && values[i]) continue;
    std::string text = list[i].text;
    // 'pg_' || 'sleep(5)', N'WAI' + N'TFOR'
    for (size_t next = i + 1; all;) {
      const size_t marks = joins(list, next);
      if (marks == 0) break;
      next += marks;
      if (next < list.size() && is_prefix(list[next])) ++next;
      if (next >= list.size() || list[next].kind != SqlTokenKind::text) break;
      text += list[next].text;
      i = next++;
    }
    if (runs || text.find('(') != text.npos) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace doorward::detect
