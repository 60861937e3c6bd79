// Where a value is. Internal to wire's schemas.
#pragma once

#include <string>

#include "wire/json.h"

namespace doorward::wire {

// The JSON pointer (RFC 6901) from `root` to the node with this index in its document; "" for the
// root itself. The node of a member's name has the pointer of the member.
[[nodiscard]] std::string json_pointer(JsonValue root, uint32_t index);

}  // namespace doorward::wire
