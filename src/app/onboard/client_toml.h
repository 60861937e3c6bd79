// Codex CLI keeps its servers in TOML tables `[mcp_servers.NAME]`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/onboard/client_file.h"

namespace doorward::app {

// `begin` and `end` of each span whole lines: the table with its sub-tables. Errors:
// init.client_file (line; an inline table can't be taken out by lines).
[[nodiscard]] Expected<std::vector<ClientServer>> toml_servers(std::string_view text,
                                                               std::string_view member);
[[nodiscard]] std::string toml_entry(std::string_view member,
                                     const std::vector<std::string>& command);

}  // namespace doorward::app
