// From the configured servers to routes: addresses, credentials, launch plans.
#pragma once

#include "app/config/config.h"
#include "app/local_server.h"
#include "app/providers.h"
#include "net/gateway.h"

namespace doorward::app {

// Errors: secrets.*, net.tls, url.*; the text names the server.
[[nodiscard]] Expected<std::shared_ptr<const net::Routes>> make_routes(const Config& config,
                                                                       Providers& providers,
                                                                       const LocalParts& local);

}  // namespace doorward::app
