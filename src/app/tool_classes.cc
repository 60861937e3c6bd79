#include "app/tool_classes.h"

#include "catalog/classes_guess.h"

namespace doorward::app {

ToolClasses tool_classes(const Config& config, std::string_view server, std::string_view tool) {
  const auto known = config.servers.find(std::string(server));
  if (known != config.servers.end())
    if (const auto own = known->second.tools.find(std::string(tool));
        own != known->second.tools.end() && own->second.classes)
      return {*own->second.classes, true};
  catalog::ToolFacts facts;
  facts.server = server;
  facts.name = tool;
  return {catalog::guess_classes(facts), false};
}

guards::ClassesOf classes_of(std::shared_ptr<const catalog::Registry> registry) {
  return [registry = std::move(registry)](std::string_view server, std::string_view tool) {
    return registry->tool(server, tool).classes;
  };
}

}  // namespace doorward::app
