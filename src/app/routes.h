// From the configured servers to routes: addresses, credentials, launch plans.
#pragma once

#include "app/config/config.h"
#include "app/providers.h"
#include "catalog/registry.h"
#include "net/gateway.h"
#include "sandbox/quarantine.h"

namespace doorward::app {

// Errors: secrets.*, net.tls, url.*; the text names the server.
[[nodiscard]] Expected<std::shared_ptr<const net::Routes>> make_routes(
    const Config& config, Providers& providers,
    std::shared_ptr<const sandbox::Quarantine> quarantine,
    std::shared_ptr<catalog::Registry> registry);

}  // namespace doorward::app
