// What an error text tells of the machine that it comes from.
#pragma once

#include <string_view>
#include <vector>

#include "detect/message_text.h"
#include "wire/message.h"

namespace doorward::detect {

// Frames of a stack, in the common languages.
[[nodiscard]] bool has_stack(std::string_view text);
// An absolute path of a host.
[[nodiscard]] bool has_host_path(std::string_view text);

// The texts of an answer, or of a server's own message, that are content: errors are left out, and
// what of a tool's error result holds a stack. secrets.error_text replaces those as a whole, and
// two edits of one text would shut the door.
[[nodiscard]] std::vector<MessageText> content_of(const wire::Message& message);

}  // namespace doorward::detect
