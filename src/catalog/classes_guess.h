// What a tool can probably do, read off its own definition. A person confirms it in the lock file.
//
// The definition comes from the server, so the guess leans to the strict side: an unknown verb is
// a write, two readings are both taken, and the server's annotations add classes and never remove
// one (R3.7). `execute` and `identity` need evidence, or nothing could be used without a person.
#pragma once

#include <string_view>

#include "core/classes.h"
#include "wire/json.h"

namespace doorward::catalog {

struct ToolFacts {
  std::string_view server;  // the configured name; "" when unknown
  std::string_view name;
  std::string_view title;
  std::string_view description;
  wire::JsonValue input_schema;  // an empty view where there is none
  wire::JsonValue annotations;
};

// Never empty. `destructive` and `identity` come with `write`. Evidence, in short:
//   read         a reading verb (get, list, search) at the head of the name, else of the title or
//                of the description, and nothing below
//   write        any other verb, an unknown one, `readOnlyHint: false`
//   destructive  delete, remove, drop, overwrite ... in name, first sentence, an action's enum or a
//                switch (`overwrite: true`); `destructiveHint: true`
//   execute      shell, eval; run or execute with code, a command or SQL; a parameter that is one
//   egress       send, post, upload, publish; a parameter that is a URL or a list of recipients
//   identity     a change to roles, permissions, passwords, policy, accounts, groups, logging,
//                upward or downward; grant, revoke, impersonate
[[nodiscard]] core::ClassSet guess_classes(const ToolFacts& facts);

}  // namespace doorward::catalog
