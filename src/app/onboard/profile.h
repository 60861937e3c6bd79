// What widely used servers need beside their own package: hosts that they talk to. A starting
// point that a person can read and narrow; nothing here is needed to be safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorward::app {

// Entries of `network:`, in the configuration's own writing; empty for an unknown package.
[[nodiscard]] std::vector<std::string> known_network(std::string_view package);

// `127.0.0.1:5432` of a connection string among the arguments (`postgresql://user@host:5432/db`),
// as an entry of `network:`; "" where there is none.
[[nodiscard]] std::string database_address(const std::vector<std::string>& arguments);

}  // namespace doorward::app
