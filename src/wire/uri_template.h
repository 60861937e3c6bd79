// URI templates (RFC 6570) as far as a gateway needs them: whether a URI could come from one.
#pragma once

#include <string_view>

namespace doorward::wire {

// True when some values of its variables make `pattern` expand to `uri`. Wide where the RFC leaves
// room: modifiers are not counted, and a value may be anything its operator could put out. False
// for a template that is not well formed, over 1024 bytes, or for a URI over 8192 bytes. Takes time
// in proportion to the product of both sizes at most.
[[nodiscard]] bool fits_template(std::string_view uri, std::string_view pattern);

}  // namespace doorward::wire
