// Two versions of a definition, told apart for a person: what it says now, and what it can do now.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/definition.h"

namespace doorward::catalog {

struct FieldChange {
  enum class What : uint8_t { added, removed, changed };
  std::string path;  // a JSON pointer (RFC 6901): /inputSchema/properties/bcc/type
  What what = What::changed;
  std::string words;  // one line, every hidden character spelled out; changes as `[-a-]{+b+}`
};

struct DefinitionDiff {
  std::vector<FieldChange> fields;  // at most 200, then one that says how many more
  core::ClassSet gained;            // classes that the new text suggests and the old did not
  core::ClassSet lost;
  std::vector<std::string> new_parameters;  // top-level names of `inputSchema`

  [[nodiscard]] bool empty() const { return fields.empty(); }
};

// `server` names the server for the guess of classes. Both of one kind; the names may differ.
[[nodiscard]] DefinitionDiff diff_definitions(std::string_view server, const Definition& before,
                                              const Definition& after);

// Lines for a terminal, without colour, each ended by a line feed:
//   + can now egress
//   + asks for `bcc`
//   ~ /description  Sends mail [-once.-]{+and copies it.+}
[[nodiscard]] std::string render(const DefinitionDiff& diff);

}  // namespace doorward::catalog
