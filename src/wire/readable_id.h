// The id of a message that is refused before it is understood, so that a client that knows answers
// by their ids only (stdio) is not left waiting (JSON-RPC 2.0, section 5: null is for an id that
// can't be detected).
#pragma once

#include <string_view>

namespace doorward::wire {

// The raw bytes of the one member `id` of an outermost object that has a `method` (an answer's id
// is the other side's): an integer, or a string of plain ASCII without escapes, at most 256 bytes.
// "" where there is none, or more than one. `text` may be cut off. One pass, no recursion.
[[nodiscard]] std::string_view readable_id(std::string_view text);

}  // namespace doorward::wire
