// One place that something can go to, read strictly: a text has a destination only where every
// program that it may be handed to finds the same one in it. What allowlists compare (known.h).
//
//   destination = mail / web / iban / phone / name
//   mail        = [ "mailto:" ] local "@" host / words "<" local "@" host ">"
//   web         = [ scheme "://" ] host [ ":" port ] [ "/" path ] [ "?" query ] [ "#" fragment ]
//   iban        = letters and digits, in groups that one space parts
//   phone       = [ "tel:" ] "+" digits, with separators
//   name        = [ "@" / "#" ] 1*( letter / digit / "_" / "." / "-" / "/" / ":" )
//
// Hosts are compared as IDNA A-labels in lower case. Refused, since programs differ on them: user
// info, escapes and backslashes in a host, characters that IDNA maps to others (full-width letters,
// other dots), dot segments, empty segments and escaped slashes in a path, quoted or routed local
// parts, a query or fragment that holds another address, control characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::policy::flow {

struct Destination {
  enum class Kind : uint8_t { mail, web, iban, phone, name };
  Kind kind = Kind::name;
  std::string text;               // local part of a mail address; all of IBAN, phone and name
  std::vector<std::string> host;  // of mail and web: labels
  std::string scheme;             // of web, "" where it has none
  uint16_t port = 0;              // of web: 0 where it is the scheme's own or absent
  std::vector<std::string> path;  // of web, decoded segments; empty for the root
  bool operator==(const Destination&) const = default;
};

[[nodiscard]] std::optional<Destination> read_destination(std::string_view value);
// The same with `*` in it: in a local part, a label or a segment for any run of its characters,
// `**` as the first label for one and more, and as the last segment for any number of them.
[[nodiscard]] std::optional<Destination> read_destination_pattern(std::string_view pattern);

// The destinations of a list in one text (`a@x.example, b@y.example`); one in most. Empty where any
// part of it is none.
[[nodiscard]] std::vector<Destination> read_destinations(std::string_view value);

}  // namespace doorward::policy::flow
