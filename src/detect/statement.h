// A text that is meant to be one SQL statement: what no honest one has.
#pragma once

#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

// Appends findings of kind sql: waiting on purpose, leaving the database, code hidden in comments,
// an always-true condition behind a quote, text that no dialect reads as a statement.
void judge_statement(std::string_view text, std::vector<Finding>& findings);

// A sentence that only names a function: three words in a row that are none of SQL's, which no
// grammar takes anywhere in a statement, and no quote, comment or mark that would end the value
// that it stands in.
[[nodiscard]] bool is_prose_about_sql(std::string_view text);

}  // namespace doorward::detect
