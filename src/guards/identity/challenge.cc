#include "guards/identity/challenge.h"

namespace doorward::guards {

std::optional<PresentedToken> presented_token(const wire::HttpRequestHead& head) {
  const auto value = head.field("authorization");
  if (!value) return std::nullopt;
  const size_t blank = value->find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  PresentedToken made;
  const std::string_view scheme = value->substr(0, blank);
  made.dpop = wire::equals_ignoring_case(scheme, "dpop");
  if (!made.dpop && !wire::equals_ignoring_case(scheme, "bearer")) return std::nullopt;
  made.token = value->substr(blank);
  while (!made.token.empty() && made.token.front() == ' ') made.token.remove_prefix(1);
  // A second word is a second credential, or a list of parameters: neither is a token.
  if (made.token.empty() || made.token.find_first_of(" \t,\"") != std::string_view::npos)
    return std::nullopt;
  return made;
}

void append_parameter(std::string& challenge, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  challenge.append(challenge.find(' ') == std::string::npos ? " " : ", ")
      .append(name)
      .append("=\"");
  for (const char letter : value)
    if (letter != '"' && letter != '\\' && static_cast<unsigned char>(letter) >= 0x20)
      challenge += letter;
  challenge += '"';
}

}  // namespace doorward::guards
