// What the gateway knows of tools for `flow`: the operator's word first, then what a definition and
// the names tell.
#pragma once

#include <memory>
#include <string_view>

#include "app/config/config.h"
#include "catalog/registry.h"
#include "core/classes.h"
#include "guards/misuse/flow.h"
#include "guards/privilege/authorize.h"
#include "wire/json.h"

namespace doorward::app {

// A tool's definition, where one is known.
struct ToolDefinition {
  std::string_view description;
  wire::JsonValue input_schema;
};
// The labels of one tool; "" for a server as a whole (its resources, prompts and messages).
[[nodiscard]] policy::flow::ToolLabels flow_labels(const Config& config, std::string_view server,
                                                   std::string_view tool,
                                                   const ToolDefinition& definition,
                                                   core::ClassSet classes, bool confirmed);
// What the catalog knows of a tool: the configuration's word, then what somebody signed in the lock
// file, then the names. Never a definition that nobody signed: a server's own word labels nothing.
[[nodiscard]] policy::flow::ToolLabels flow_labels(const Config& config, std::string_view server,
                                                   std::string_view tool,
                                                   const catalog::ToolView& known,
                                                   core::ClassSet classes);
// The same for guards; keeps what it has made until the catalog knows otherwise.
[[nodiscard]] policy::flow::LabelsOf flow_labels_of(
    std::shared_ptr<const Config> config, guards::ClassesOf classes,
    std::shared_ptr<const catalog::Registry> registry);

[[nodiscard]] guards::FlowSettings flow_settings(const Config& config);
[[nodiscard]] policy::flow::TaskLimits flow_limits(const Config& config);

}  // namespace doorward::app
