// When two calls are the same call: names sorted, white space and letter case folded; of SQL its
// tokens, with literals masked, and beside it the values that are bound to it. Members that are
// null count as absent, and a number in quotes as the number. Numbers, paths and ids stay
// elsewhere, so that an honest walk over many things is many calls.
#pragma once

#include "limits/key.h"
#include "wire/message.h"

namespace doorward::limits {

struct Fingerprint {
  Key key;
  bool masked = false;  // literals of SQL were left out: a failure counts by its kind as well
  Key exact = key;      // with those literals
  // Where SQL is masked: of its statement alone and what says where it runs. Names that it gives
  // things itself, marks behind its end and arguments that make no other statement of it are left
  // out.
  Key near = key;
};

// Of a request: its method, target and arguments. `server` as configured.
[[nodiscard]] Fingerprint fingerprint_of(std::string_view server, const wire::Message& request);

// True when an argument holds SQL: by its name; where that is not clear, by the tool's name or by
// what it says; of a `text` or the like by both.
[[nodiscard]] bool holds_sql(std::string_view tool, std::string_view name, std::string_view text);

// The kind of an error text: quoted parts and every word that holds a digit left out, which ids,
// times and references do; so is what stands behind `ref`, `request id` and their like.
[[nodiscard]] uint64_t error_kind(const wire::Message& reply);

}  // namespace doorward::limits
