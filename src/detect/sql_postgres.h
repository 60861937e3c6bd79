// PostgreSQL's own grammar (libpg-query). Internal to detect.
#pragma once

#include <optional>

#include "detect/sql_words.h"

namespace doorward::detect {

struct PostgresReading {
  SqlReading reading;
  std::vector<SqlFunction> functions;
};

// Nothing where the grammar refuses the text or the tree is out of bounds.
[[nodiscard]] std::optional<PostgresReading> read_postgres(std::string_view text);

}  // namespace doorward::detect
