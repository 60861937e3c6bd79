// Says what stands where in an argument, so that whoever wrote it can mend it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "detect/finding.h"

namespace doorward::guards {

inline std::string_view kind_in_words(const detect::Finding& finding) {
  using detect::Kind;
  if (finding.rule.starts_with("model.")) return "text that reads like an attack on a program";
  switch (finding.kind) {
    case Kind::command:
      return "a shell command";
    case Kind::sql:
      return "SQL that would change the meaning of a query";
    case Kind::markup:
      return "a script in markup";
    case Kind::template_code:
      return "an expression of a template engine";
    case Kind::directory:
      return "a filter of a directory (LDAP)";
    case Kind::xml:
      return "an external XML entity";
    case Kind::object:
      return "a serialised object";
    case Kind::code:
      return "code";
    case Kind::protocol:
      return "a line break that forges a header or a log line";
    case Kind::url_scheme:
      return "an address of a scheme that runs, filters or carries what is not a page";
    case Kind::address:
      return "an address that leads inside, past a check or to a collector";
    default:
      return "what another program could run";
  }
}

// `a shell command at "; rm -rf build"`; at most 48 bytes of `text`, without control characters.
inline std::string where_seen(const detect::Finding& finding, std::string_view text) {
  constexpr size_t kMost = 48;
  const auto inside_character = [text](size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  size_t from = std::min(finding.span.from, text.size());
  size_t to = std::clamp(finding.span.to, from, text.size());
  const bool cut = to - from > kMost;
  if (cut) to = from + kMost;
  while (from > 0 && inside_character(from)) --from;
  while (inside_character(to)) ++to;
  std::string piece(text.substr(from, to - from));
  std::ranges::replace_if(
      piece, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
  std::string words(kind_in_words(finding));
  if (!piece.empty()) words += " at \"" + piece + (cut ? "…\"" : "\"");
  if (finding.view != "plain" && !finding.view.empty())
    words += ", once read as " + std::string(finding.view);
  return words;
}

}  // namespace doorward::guards
