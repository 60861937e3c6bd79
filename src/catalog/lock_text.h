// What the reader and the writer of the lock file share.
#pragma once

#include <string>

#include "wire/json.h"

namespace doorward::catalog {

// Larger than a message: a lock file holds the definitions of all servers.
[[nodiscard]] inline wire::JsonLimits lock_limits() {
  return {.bytes = 64u * 1024 * 1024, .depth = 72, .nodes = 8'000'000, .items = 200'000};
}

// What a signature covers: the `servers` member in canonical form, behind a fixed first line.
[[nodiscard]] std::string signed_text(wire::JsonValue servers, uint64_t serial);

}  // namespace doorward::catalog
