// What `check` says of the servers beside the table of requirements: powers that a person should
// have meant, walls that are weaker on this host, and what the principals of one server share.
#pragma once

#include <string>

#include "app/config/config.h"

namespace doorward::app {

// [{"server","power","what"}…]; `wall.NAME` for a weaker wall, `principals.*` for what is shared.
[[nodiscard]] std::string powers_json(const Config& config);

}  // namespace doorward::app
