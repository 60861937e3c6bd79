#include "wire/schema_pointer.h"

#include "wire/schema_uri.h"

namespace doorward::wire {

std::string json_pointer(JsonValue root, uint32_t index) {
  std::string out;
  JsonValue at = root;
  while (at && at.index() != index) {
    const auto& nodes = root.document()->nodes();
    JsonValue next;
    if (at.is_object()) {
      for (const auto& member : at.members()) {
        if (index >= nodes[member.value.index()].next) continue;
        out.append("/").append(as_pointer_token(member.name));
        if (index < member.value.index()) return out;  // the name itself
        next = member.value;
        break;
      }
    } else if (at.is_array()) {
      uint32_t position = 0;
      for (const JsonValue item : at.items()) {
        if (index < nodes[item.index()].next) {
          out.append("/").append(std::to_string(position));
          next = item;
          break;
        }
        ++position;
      }
    }
    at = next;
  }
  return out;
}

}  // namespace doorward::wire
