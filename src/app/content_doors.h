// The guards of areas 1 and 7 that read content, made from `inspection` of the configuration.
#pragma once

#include <memory>
#include <vector>

#include "app/config/config.h"
#include "catalog/registry.h"
#include "core/pipeline.h"
#include "detect/known_secrets.h"

namespace doorward::app {

// In their order. `inspection: { injection: observe }` and the like decide the mode; `guards:`
// decides after that.
[[nodiscard]] std::vector<core::Pipeline::Door> content_doors(
    const Config& config, const std::shared_ptr<const detect::HeldSecrets>& held,
    const std::shared_ptr<detect::SeenSecrets>& seen,
    const std::shared_ptr<const catalog::Registry>& registry);

}  // namespace doorward::app
