// Ready profiles: what widely used servers need beside their own package. A starting point that a
// person can read and narrow; nothing here is needed to be safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"

namespace doorward::app {

// Entries of `network:`, in the configuration's own writing; empty for an unknown package.
[[nodiscard]] std::vector<std::string> known_network(std::string_view package);

// The variable that names where a package keeps its data; "" where there is none.
[[nodiscard]] std::string_view data_variable(std::string_view package);

// `127.0.0.1:5432` of a connection string among the arguments (`postgresql://user@host:5432/db`),
// as an entry of `network:`; "" where there is none.
[[nodiscard]] std::string database_address(const std::vector<std::string>& arguments);

// The package that a command starts: of a file below `node_modules` the package there, else the
// program's own name; "" where neither can be told.
[[nodiscard]] std::string package_of(const std::vector<std::string>& command);

// True for packages that are for working on the folders among their arguments.
[[nodiscard]] bool writes_folders(std::string_view package);

// Adds what the profile of `package` says to a server that has the powers its own words ask for: a
// folder of its own (`own`, made when it starts), variables, limits, words of the command, network.
// Returns notes for a person.
std::vector<std::string> apply_profile(Server& server, std::string_view package, const Path& own);

}  // namespace doorward::app
