// What a rule's `arguments` may ask of a text by `format` (INTERFACE, Readings):
//   path        no traversal, no shell metacharacters; below `x-root` where that stands beside it:
//   a
//               relative one counts from the root, wherever the server's working folder is
//   url         absolute, http or https, without user info
//   host        a DNS name or an address in its plain form, a port maybe
//   identifier  letters, digits and `_ . : @ -`, not beginning with a dot or dash
//   command     words without shell metacharacters, on one line
//   sql-read    one statement that only reads; sql-write one that changes data; sql-single one
//
// An argument that is no text fits none of them: where a schema says `format` and no `type`, text
// is meant.
//
// Tested by tests/unit/policy/argument_types.cc, tests/areas/privilege/authorize.jsonl
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/schema.h"

namespace doorward::policy {

// Each format by its name, for `wire::SchemaOptions::formats`.
[[nodiscard]] wire::FormatChecks argument_formats();

// The schema with each `x-root` bound to its format; adds the bound formats. Where it `grants`, a
// bound on numbers asks for a number and one on texts for a text, wherever no `type` stands: a
// schema lets values of other types pass. Errors: policy.root (no absolute path, or beside another
// format), json.*.
[[nodiscard]] Expected<std::string> bind_argument_types(std::string_view schema,
                                                        wire::FormatChecks& formats,
                                                        bool grants = false);

}  // namespace doorward::policy
