// What `check` says of the labels that `misuse.flow` goes by: whose word each one is.
#pragma once

#include <optional>
#include <string>

#include "app/config/config.h"
#include "catalog/lock_file.h"
#include "wire/json.h"

namespace doorward::app {

// The lock file as a running gateway would take it; nothing where there is none or it doesn't fit
// its key.
[[nodiscard]] std::optional<catalog::LockFile> lock_for_check(const Config& config);
// Whether somebody stated the trust of some tool and the classes of some.
[[nodiscard]] bool labels_are_stated(const Config& config, const catalog::LockFile* lock);

// [{"server","tool","classes","trust","private"}…]: each `configuration`, `signed`, or `guess` (of
// trust: none, so that results count as untrusted).
[[nodiscard]] std::string labels_json(const Config& config, const catalog::LockFile* lock);
// Tools of a server with the same standing on one line; "" where no tool is known.
[[nodiscard]] std::string labels_text(wire::JsonValue labels);

}  // namespace doorward::app
