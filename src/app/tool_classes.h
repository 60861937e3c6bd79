// What a tool can do, as the gateway and the commands that explain it both see it.
#pragma once

#include <memory>
#include <string_view>

#include "app/config/config.h"
#include "catalog/registry.h"
#include "guards/privilege/authorize.h"

namespace doorward::app {

struct ToolClasses {
  core::ClassSet classes;
  bool configured = false;  // the operator's word; otherwise a guess from the name
};

// The operator's word goes first; without one the tool's name alone tells. Never empty unless the
// configuration says so.
[[nodiscard]] ToolClasses tool_classes(const Config& config, std::string_view server,
                                       std::string_view tool);

// The same for guards, as the catalog of the running gateway knows it.
[[nodiscard]] guards::ClassesOf classes_of(std::shared_ptr<const catalog::Registry> registry);

// What a server's list, as it was signed or seen last, calls the resource of a URI.
[[nodiscard]] guards::ResourceNameOf resource_name_of(
    std::shared_ptr<const catalog::Registry> registry);

}  // namespace doorward::app
