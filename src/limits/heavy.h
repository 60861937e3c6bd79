// Calls that are known to cost much: guessed from names and arguments.
#pragma once

#include "wire/message.h"

namespace doorward::limits {

// A walk over a whole tree, a dump, an export: by the words of the tool's name, or by an argument
// that asks for it (`recursive: true`). SQL that makes an enormous series, a recursion that nothing
// ends, or runs a text as it puts it together.
[[nodiscard]] bool is_heavy(const wire::Message& call);

// An argument holds SQL that calls a function which only waits or burns time; also inside quoted
// text that the statement may run. In a value or a comment it is only named.
[[nodiscard]] bool calls_delay(const wire::Message& call);

}  // namespace doorward::limits
