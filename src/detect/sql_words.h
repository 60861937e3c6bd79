// What tokens say where no grammar is at hand. Internal to detect.
#pragma once

#include "detect/sql_tokens.h"

namespace doorward::detect {

struct SqlReading {
  std::vector<SqlClass> classes;  // one for each statement
  std::vector<std::string> tables;
  [[nodiscard]] SqlClass worst() const;
};

// T-SQL needs no `;` between statements: there a statement's first word in the midst starts one.
[[nodiscard]] SqlReading read_words(const SqlTokens& tokens, SqlDialect dialect);

// Dangerous functions that are called, by name; and those that a quoted text calls.
void find_functions(const SqlTokens& tokens, std::vector<SqlFunction>& found,
                    std::vector<SqlFunction>& quoted);
// Of one name: null where it is not known as dangerous.
[[nodiscard]] const SqlDanger* danger_of(std::string_view function);

void add_once(std::vector<std::string>& list, std::string text);
void add_once(std::vector<SqlFunction>& list, SqlFunction function);

}  // namespace doorward::detect
