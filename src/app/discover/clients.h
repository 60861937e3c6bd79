// Servers that stand in the configurations of MCP clients and go around Doorward (R11.8).
#pragma once

#include <vector>

#include "app/config/config.h"
#include "app/scan.h"

namespace doorward::app {

// The home of this account; empty where there is none.
[[nodiscard]] std::vector<Path> home_folders();

// Looks at every known place below the homes, and in the folder of the configuration. High: a
// server that the configuration does not know (`discovery.unknown_server`); medium: one that it
// knows (`discovery.bypass`), or a file that can't be read (`discovery.unreadable`). A note:
// switched off in the client.
[[nodiscard]] std::vector<ScanFinding> clients_around(const Config& config,
                                                      const std::vector<Path>& homes);

}  // namespace doorward::app
