#include "detect/statement.h"

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

}  // namespace

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
