// The texts of a message and the way back: from a place in an unescaped text to the bytes of the
// message, so that an edit can be spliced in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detect/finding.h"
#include "wire/json.h"
#include "wire/message.h"

namespace doorward::detect {

struct MessageText {
  std::string_view text;  // unescaped
  std::string_view name;  // of the nearest member above it; "" at the top
  uint32_t begin = 0;     // of the raw string in the message, quotes included
  uint32_t end = 0;
};

// All string values at and below `value`, in order. Names of members are not among them.
[[nodiscard]] std::vector<MessageText> texts_of(wire::JsonValue value);
// Names of members below `value` as texts: a place to hide as well.
[[nodiscard]] std::vector<MessageText> names_of(wire::JsonValue value);

// Replaces `span` of the text by `replacement`, unescaped.
[[nodiscard]] wire::Edit edit_of(std::string_view message, const MessageText& text, Span span,
                                 std::string_view replacement);

// Whether the answer to it is a list of definitions, which a model reads as instructions.
[[nodiscard]] bool lists_definitions(const wire::Message* request);

// False for names, URIs and patterns: they are read by machines, and a mark in them would break
// them.
[[nodiscard]] bool is_prose(std::string_view name);

// What an argument is for, by the names of its tool and itself.
[[nodiscard]] Role role_of(std::string_view tool, std::string_view argument);

}  // namespace doorward::detect
