// The forms in which programs read one resource URI, so that a rule is not walked around by another
// spelling (R9.1, R10.2): RFC 3986 section 6.2 and what file servers do beyond it.
//
//   canonical  escapes decoded, `.` and doubled slashes taken out, scheme and host in small
//   letters,
//              a default port and an empty query left out; it has to be allowed like the URI as
//              sent
//   cut        without its fragment, of a file also without its query: has to be allowed too, but
//              where the server lists the whole as a resource of its own
//   near       a rule that denies or holds one of them speaks too: without the query, without a
//              slash at the end, without user info
//
// What programs can't agree on (`..`, escaped dots, slashes, percent signs and control characters,
// a backslash, white space around it, a broken escape) has no forms.
//
// Tested by tests/unit/policy/resource_forms.cc, tests/areas/privilege/authorize.jsonl,
// fuzz/fuzz_resource_forms.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::policy {

struct ResourceForms {
  std::string canonical;
  std::vector<std::string> cut;
  std::vector<std::string> near;
};

// Nothing for an ambiguous URI.
[[nodiscard]] std::optional<ResourceForms> resource_forms(std::string_view uri);

// A glob over URIs in the form that its matches have after canonicalising; `*` stays as it is.
[[nodiscard]] std::string canonical_glob(std::string_view pattern);

}  // namespace doorward::policy
