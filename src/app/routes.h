// From the configured servers to routes: addresses, credentials, launch plans.
#pragma once

#include "app/config/config.h"
#include "net/gateway.h"
#include "sandbox/launch.h"

namespace doorward::app {

[[nodiscard]] sandbox::LaunchPlan launch_plan(const Config& config, const std::string& name,
                                              const Server& server);

// Errors: secrets.*, net.tls, url.*; the text names the server.
[[nodiscard]] Expected<std::shared_ptr<const net::Routes>> make_routes(const Config& config);

}  // namespace doorward::app
