// Secrets by reference: read where they are kept, when they are needed.
#pragma once

#include "app/config/config.h"
#include "base/error.h"
#include "base/secret.h"

namespace doorward::app {

// The value, without one trailing line end. Errors: secrets.missing (which, and where it was
// looked for), secrets.unreadable, secrets.unsupported.
[[nodiscard]] Expected<Secret<std::string>> read_secret(const Config& config,
                                                        const std::string& name);

}  // namespace doorward::app
