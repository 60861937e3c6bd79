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

// Dangerous functions that are called, by name; and those that a quoted text calls which the
// statement may run.
void find_functions(const SqlTokens& tokens, std::vector<SqlFunction>& found,
                    std::vector<SqlFunction>& quoted);
// Of one name: null where it is not known as dangerous.
// SQLite's functions that make as many bytes as they are told.
[[nodiscard]] bool is_made_blob(std::string_view function);
[[nodiscard]] const SqlDanger* danger_of(std::string_view function);

// The quoted texts that a statement may run as code: with EXECUTE and its like in it all of them,
// parts that are joined as one text; without, those that go to a function that is not known to take
// them as values. What is compared, listed or stored is a value.
[[nodiscard]] std::vector<std::string> texts_that_may_run(const SqlTokens& tokens,
                                                          const std::vector<SqlFunction>& called);
// Of each token: a text that can only be a value.
[[nodiscard]] std::vector<bool> value_texts(const SqlTokens& tokens);
// EXECUTE, PREPARE, a body of code, a text kept in a variable, a function that runs its text.
[[nodiscard]] bool runs_texts(const SqlTokens& tokens, const std::vector<SqlFunction>& called);

// What costs a server much though it waits for nothing: a series of more than ten million, a
// recursion that nothing ends, a text that is run as it is put together.
[[nodiscard]] bool is_costly(const SqlTokens& tokens);

void add_once(std::vector<std::string>& list, std::string text);
void add_once(std::vector<SqlFunction>& list, SqlFunction function);

}  // namespace doorward::detect
