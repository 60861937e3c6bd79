// What a tool can do, as the gateway and the commands that explain it both see it.
#pragma once

#include <memory>
#include <string_view>

#include "app/config/config.h"
#include "catalog/lock_file.h"
#include "catalog/registry.h"
#include "guards/privilege/authorize.h"

namespace doorward::app {

// What the configuration says of one tool; null where it says nothing.
[[nodiscard]] const ToolOverride* override_of(const Config& config, std::string_view server,
                                              std::string_view tool);

struct ToolClasses {
  // Whose word: the configuration's, that of a definition in the lock file that somebody signed or
  // that was only seen, or the tool's name alone.
  enum class From : uint8_t { configuration, signed_pin, seen_pin, guess };
  core::ClassSet classes;
  From from = From::guess;
  bool pinned = false;  // the lock file knows the tool, and somebody signed it
};
[[nodiscard]] std::string_view classes_from_name(ToolClasses::From from);

// The operator's word goes first, then the lock file's; without one the tool's name alone tells.
// Never empty unless the configuration says so. `lock` may be null.
[[nodiscard]] ToolClasses tool_classes(const Config& config, const catalog::LockFile* lock,
                                       std::string_view server, std::string_view tool);

// The same for guards, as the catalog of the running gateway knows it.
[[nodiscard]] guards::ClassesOf classes_of(std::shared_ptr<const catalog::Registry> registry);

// What a server's list, as it was signed or seen last, calls the resource of a URI.
[[nodiscard]] guards::ResourceNamesOf resource_names_of(
    std::shared_ptr<const catalog::Registry> registry);

}  // namespace doorward::app
