// What the parameters of a tool say about it; used by the guess of its classes.
#pragma once

#include "core/classes.h"
#include "wire/json.h"

namespace doorward::catalog {

struct SchemaContext {
  bool studies = false;        // the tool's verb only looks at what it is given: lint, explain
  bool keeps = false;          // the tool's verb stores what it is given: save, create
  bool runs = false;           // name or description says run, execute, evaluate
  bool says_sql = false;       // name or description speaks of SQL
  bool evaluates = false;      // name says run, execute, evaluate, compile
  bool says_database = false;  // name speaks of a database
  bool reads = false;          // everything else says that it only reads
};

// Looks at the top-level `properties` (the first 200). Adds nothing where there are none.
[[nodiscard]] core::ClassSet schema_evidence(wire::JsonValue input_schema, const SchemaContext&);

// `text` speaks of SQL: sql, postgres, sqlite ... or a keyword of it in capitals.
[[nodiscard]] bool speaks_of_sql(std::string_view text);

}  // namespace doorward::catalog
