#include "net/session/members.h"

#include <optional>

namespace doorward::net {

bool remove_members(const wire::JsonValue& object,
                    const std::function<bool(std::string_view name)>& goes,
                    std::vector<wire::Edit>& edits) {
  if (!object.is_object()) return false;
  // What goes at the front takes the comma behind it, anything else the one before.
  std::optional<uint32_t> front;    // where the removed front begins
  std::optional<uint32_t> kept_to;  // end of the last member, once one was kept
  uint32_t last_end = 0;
  for (const auto& [name, value, name_value] : object.members()) {
    if (goes(name)) {
      if (kept_to) {
        edits.push_back({*kept_to, value.end(), ""});
        kept_to = value.end();
      } else if (!front) {
        front = name_value.begin();
      }
    } else {
      if (front) edits.push_back({*front, name_value.begin(), ""});
      front.reset();
      kept_to = value.end();
    }
    last_end = value.end();
  }
  if (kept_to) return false;
  if (front) edits.push_back({*front, last_end, ""});
  return true;
}

wire::Edit add_members(const wire::JsonValue& object, std::string members) {
  if (object.size() > 0) members += ',';
  return {object.begin() + 1, object.begin() + 1, std::move(members)};
}

std::string edited(const wire::Message& message, std::vector<wire::Edit> edits) {
  return edits.empty() ? std::string(message.bytes())
                       : wire::splice(message.bytes(), std::move(edits));
}

}  // namespace doorward::net
