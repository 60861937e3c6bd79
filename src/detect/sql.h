// SQL text to facts: how many statements, of which class, on what, with which dangerous functions.
//
// The dialect behind a tool is not known, so the text is read as each common one reads it
// (PostgreSQL by its own grammar; MySQL, SQLite and T-SQL by their tokens) and the strictest
// reading stands: the most statements, the highest class. What is one statement to PostgreSQL and
// two to MySQL is two here.
//
// Says what is there, never what to do. A function that a server's owner made may change data
// behind a SELECT; that can't be seen from the text.
//
// Tested by tests/unit/detect/sql.cc, fuzz/fuzz_sql.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::detect {

// In rising order of what may happen.
enum class SqlClass : uint8_t {
  read,         // SELECT, SHOW, EXPLAIN without ANALYZE
  transaction,  // BEGIN, COMMIT, SAVEPOINT
  write,        // INSERT, UPDATE, DELETE, MERGE, SELECT … FOR UPDATE
  ddl,          // CREATE, ALTER, DROP, TRUNCATE, SELECT INTO
  admin,  // roles, SET, COPY, CALL, EXEC, DO, ATTACH and whatever runs code or leaves the database
  unknown,  // no reading makes sense of it
};
[[nodiscard]] std::string_view sql_class_name(SqlClass sql_class);

enum class SqlDialect : uint8_t { any, postgres, mysql, sqlite, tsql };

enum class SqlDanger : uint8_t {
  delay,    // pg_sleep, SLEEP, BENCHMARK, WAITFOR
  file,     // pg_read_file, LOAD_FILE, xp_dirtree
  network,  // dblink, OPENROWSET, utl_http
  execute,  // xp_cmdshell, query_to_xml, load_extension
  control,  // pg_terminate_backend, set_config, setval
};
[[nodiscard]] std::string_view sql_danger_name(SqlDanger danger);

struct SqlFunction {
  std::string name;  // lower case
  SqlDanger danger;
  bool operator==(const SqlFunction&) const = default;
};

struct SqlReport {
  bool by_grammar = false;  // PostgreSQL's grammar took the text whole
  size_t statements = 0;    // in the reading that finds most; 0 for nothing but blanks and comments
  std::vector<SqlClass> classes;  // of each statement of that reading, the first 64
  SqlClass worst = SqlClass::read;
  std::vector<std::string> tables;     // lower case, `schema.table` where written so; the first 64
  std::vector<SqlFunction> functions;  // dangerous ones that are called
  std::vector<SqlFunction> quoted_functions;  // calls of such in quoted text that may be run
  bool comment = false;                       // holds a comment
  bool hidden_code = false;                   // MySQL runs what stands in `/*! … */`
  bool dialects_differ = false;               // two dialects see different statements
  bool unterminated = false;                  // a quote or comment that no dialect closes
  bool costly = false;  // an enormous series, a recursion without an end, code put together to run

  // One statement that only reads, or changes data, with nothing dangerous in it.
  [[nodiscard]] bool is_one_reading() const;
  [[nodiscard]] bool is_one_writing() const;
  [[nodiscard]] bool is_single() const;
};

inline constexpr size_t kSqlBytes = 64 * 1024;  // a longer text is `unknown`

[[nodiscard]] SqlReport read_sql(std::string_view text, SqlDialect dialect = SqlDialect::any);

// A part of the text that every dialect takes for a value or a comment: nothing runs it.
[[nodiscard]] bool is_value_or_comment(std::string_view text, size_t from, size_t to);

// The text with literals as `?`, words in lower case, comments and blanks gone, lists of literals
// as one `?`: alike for `id=1` and `id = 2`, with or without an error in it. For counting repeats
// of what is the same attempt. At most `max_bytes` long.
[[nodiscard]] std::string mask_sql(std::string_view text, size_t max_bytes = 4096);

}  // namespace doorward::detect
