// SQL text to tokens, as one dialect cuts it. Internal to detect.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/sql.h"

namespace doorward::detect {

enum class SqlTokenKind : uint8_t { word, quoted_name, text, number, mark, end_of_statement };

struct SqlToken {
  SqlTokenKind kind;
  std::string text;  // of a word in lower case; a name or text without its quotes; a mark's letter
  uint32_t depth = 0;         // open parentheses before it
  uint32_t from = 0, to = 0;  // in the text
  [[nodiscard]] bool is(std::string_view word) const {
    return kind == SqlTokenKind::word && text == word;
  }
  [[nodiscard]] bool is_mark(char letter) const {
    return kind == SqlTokenKind::mark && text.size() == 1 && text[0] == letter;
  }
};

struct SqlTokens {
  std::vector<SqlToken> list;
  std::vector<std::pair<uint32_t, uint32_t>> comments;  // from, to; without those that MySQL runs
  bool comment = false;
  bool hidden_code = false;
  bool unterminated = false;
};

// Never fails: a quote or comment that isn't closed reaches to the end.
[[nodiscard]] SqlTokens cut_sql(std::string_view text, SqlDialect dialect);

}  // namespace doorward::detect
