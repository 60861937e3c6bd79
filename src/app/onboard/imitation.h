// Names that are taken for those of widely used servers (R11.4): `filesytem`, a Cyrillic letter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::app {

// The widely used server that `name` imitates, of a server or of a package; nothing where it is one
// itself, where only `mcp`, `server` or a number tell them apart, or where it is like none.
[[nodiscard]] std::optional<std::string> imitates(std::string_view name);

// The same of a configured server: of its name, and of the package that its command starts.
[[nodiscard]] std::optional<std::string> imitates(std::string_view name,
                                                  const std::vector<std::string>& command);

}  // namespace doorward::app
