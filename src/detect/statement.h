// A text that is meant to be one SQL statement: what no honest one has.
#pragma once

#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

// Appends findings of kind sql: waiting on purpose, leaving the database, code hidden in comments,
// an always-true condition behind a quote, text that no dialect reads as a statement.
void judge_statement(std::string_view text, std::vector<Finding>& findings);

}  // namespace doorward::detect
