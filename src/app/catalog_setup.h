// The catalog of a running gateway, from its configuration.
#pragma once

#include <memory>

#include "app/config/config.h"
#include "audit/log.h"
#include "catalog/registry.h"

namespace doorward::app {

[[nodiscard]] catalog::Servers catalog_servers(const Config& config);

// Loads the lock file and takes in what the configuration says. News go into `log`, which may be
// null, and onto standard error. Errors: catalog.lock_*, catalog.key_syntax, secrets.*.
[[nodiscard]] Expected<std::shared_ptr<catalog::Registry>> open_registry(
    const Config& config, std::shared_ptr<audit::Log> log);

}  // namespace doorward::app
