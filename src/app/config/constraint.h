// What stands in a rule's `arguments`: a schema ignores what it doesn't know, and a constraint that
// nobody checks allows everything. So each keyword and each format has to be one that is checked.
//
// Tested by tests/unit/app/config_errors.cc
#pragma once

#include <string_view>

#include "app/config/shape.h"

namespace doorward::app {

// Adds a problem for each keyword and format that is unknown, with its line, and for a schema that
// doesn't compile. `json` is the same as JSON text.
void check_constraint(Reader& reader, const Node& schema, std::string_view json,
                      policy::Effect effect);

}  // namespace doorward::app
