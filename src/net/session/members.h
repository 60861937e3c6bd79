// Splices on the members of JSON objects: taken out with their commas, put in at the front.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/message.h"

namespace doorward::net {

// Takes out every member of `object` for which `goes` is true. True when none is left.
bool remove_members(const wire::JsonValue& object,
                    const std::function<bool(std::string_view name)>& goes,
                    std::vector<wire::Edit>& edits);

// Puts `members` (`"a":1,"b":2`) in front of those of `object`.
[[nodiscard]] wire::Edit add_members(const wire::JsonValue& object, std::string members);

// The message with these edits, as text.
[[nodiscard]] std::string edited(const wire::Message& message, std::vector<wire::Edit> edits);

}  // namespace doorward::net
