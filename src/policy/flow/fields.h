// A result as fields: which value stands under which name, in which record of a listing, and what
// is free text. That is the difference between an id that a server lists and an id that somebody
// wrote into a message (DATA.md, section 5).
//
// Read are JSON, the literals of Python, and lines of `name: value` and `- item` as YAML writes
// them. A text counts as a listing only when all of it reads as one. Texts of short lines and of
// `name: value, name: value` count as loose ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "wire/json.h"

namespace doorward::policy::flow {

struct Field {
  std::string_view name;   // of the innermost member; "" in a list and for a whole text
  std::string_view value;  // valid during the visit only
  uint32_t record = 0;     // of the listing's elements, counted from 0
  bool free_text = false;  // a whole text that is no listing
  bool number = false;
  bool loose = false;  // of a text that only looks like a list: short lines, commas
};

using VisitField = std::function<void(const Field&)>;

// Visits what `text` holds: its fields, or itself as free text.
void read_fields(std::string_view text, const VisitField& visit);
// The leaves of a JSON value; texts that are listings themselves are read as such.
void read_fields(wire::JsonValue value, const VisitField& visit);

// The leaves of arguments: the innermost member's name and the text of strings and numbers.
void read_arguments(wire::JsonValue arguments, const VisitField& visit);

}  // namespace doorward::policy::flow
