// Lists of tools as a stateless client may get them.
#pragma once

#include <optional>
#include <string>

#include "wire/message.h"

namespace doorward::net {

// A list without the tools whose declaration of headers (`x-mcp-header`) is invalid, as text;
// nothing where all are fine (the era has clients drop such tools).
[[nodiscard]] std::optional<std::string> without_invalid_tools(const wire::Message& list);

}  // namespace doorward::net
