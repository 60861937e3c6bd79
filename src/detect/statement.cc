#include "detect/statement.h"

#include "detect/characters.h"
#include "detect/sql.h"

namespace doorward::detect {

void judge_statement(std::string_view text, std::vector<Finding>& findings) {
  const SqlReport report = read_sql(text);
  const auto tell = [&](std::string_view rule, Certainty certainty, double score) {
    findings.push_back({rule, Kind::sql, certainty, score, {0, text.size()}, "plain"});
  };
  for (const auto& functions : {report.functions, report.quoted_functions})
    for (const SqlFunction& function : functions) {
      // What reads files or controls the server is the policy's word; waiting and shells are not.
      if (function.danger == SqlDanger::delay) tell("sql.delay", Certainty::certain, 0.98);
      if (function.danger == SqlDanger::execute) tell("sql.execute", Certainty::certain, 0.98);
      if (function.danger == SqlDanger::network || function.danger == SqlDanger::file)
        tell("sql.outside", Certainty::likely, 0.9);
    }
  if (report.hidden_code) tell("sql.hidden_code", Certainty::likely, 0.9);
  // The tail of an injection begins in the middle of a value.
  size_t at = 0;
  while (at < text.size() && (is_space(text[at]) || text[at] == '(')) ++at;
  if (at < text.size() &&
      (text[at] == '\'' || text[at] == '"' || text[at] == ')' || text[at] == ';' ||
       is_digit(text[at])) &&
      report.worst == SqlClass::unknown)
    tell("sql.fragment", Certainty::likely, 0.9);
}

}  // namespace doorward::detect
