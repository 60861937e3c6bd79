// `server.json` of the official MCP Registry, as it lies in a repository or comes from the
// registry's API (with the description under `server`).
#pragma once

#include <string_view>
#include <vector>

#include "app/onboard/client_file.h"
#include "wire/json.h"

namespace doorward::app {

[[nodiscard]] bool is_registry_text(std::string_view text);

// One entry, as a client would write it: the first way that Doorward can take, a remote before a
// package. Values that a person has to give become placeholders. Errors: init.client_file, when it
// describes no server that can be reached or installed.
[[nodiscard]] Expected<std::vector<ClientServer>> registry_servers(wire::JsonValue root);

}  // namespace doorward::app
