#include "detect/finding.h"

#include <array>
#include <utility>

namespace doorward::detect {

std::string_view kind_text(Kind kind) {
  static constexpr std::array<std::string_view, 17> kTexts = {
      "instruction", "hidden_text",     "command", "sql", "path",   "address", "url_scheme",
      "markup",      "template",        "ldap",    "xml", "object", "code",    "protocol",
      "secret",      "credential_path", "pii"};
  return kTexts[static_cast<size_t>(kind)];
}

bool channel_from(std::string_view text, Channel& channel) {
  static constexpr std::array<std::pair<std::string_view, Channel>, 4> kNames = {
      {{"tool_definition", Channel::tool_definition},
       {"tool_arguments", Channel::tool_arguments},
       {"tool_result", Channel::tool_result},
       {"user_prompt", Channel::user_prompt}}};
  for (const auto& [name, value] : kNames)
    if (name == text) return channel = value, true;
  return false;
}

bool role_from(std::string_view text, Role& role) {
  static constexpr std::array<std::pair<std::string_view, Role>, 8> kNames = {
      {{"text", Role::text},
       {"path", Role::path},
       {"url", Role::url},
       {"host", Role::host},
       {"identifier", Role::identifier},
       {"sql", Role::sql},
       {"command", Role::command},
       {"code", Role::code}}};
  for (const auto& [name, value] : kNames)
    if (name == text) return role = value, true;
  return false;
}

}  // namespace doorward::detect
