// What is known of each method besides its name. Internal to wire.
#pragma once

#include <span>
#include <string_view>

#include "wire/message.h"

namespace doorward::wire {

using Names = std::span<const std::string_view>;

// The members of a method's `params` that any revision defines, `_meta` not among them.
[[nodiscard]] Names known_params(Method method);
// The member of `params` that names what the method is about: `name`, `uri`, `taskId`; or "".
[[nodiscard]] std::string_view target_member(Method method);

}  // namespace doorward::wire
