// When two calls are the same call: names sorted, white space and letter case folded; of SQL its
// tokens, with literals masked. Numbers, paths and ids stay elsewhere, so that an honest walk over
// many things is many calls.
#pragma once

#include "limits/key.h"
#include "wire/message.h"

namespace doorward::limits {

struct Fingerprint {
  Key key;
  bool masked = false;  // literals of SQL were left out: a failure counts by its kind as well
};

// Of a request: its method, target and arguments. `server` as configured.
[[nodiscard]] Fingerprint fingerprint_of(std::string_view server, const wire::Message& request);

// True when an argument holds SQL: by its name; where that is not clear, by the tool's name or by
// what it says.
[[nodiscard]] bool holds_sql(std::string_view tool, std::string_view name, std::string_view text);

// The kind of an error text: digits and quoted parts left out, white space and case folded.
[[nodiscard]] uint64_t error_kind(const wire::Message& reply);

}  // namespace doorward::limits
