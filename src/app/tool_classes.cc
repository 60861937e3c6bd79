#include "app/tool_classes.h"

#include "catalog/classes_guess.h"
#include "wire/json.h"

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

guards::ResourceNameOf resource_name_of(std::shared_ptr<const catalog::Registry> registry) {
  return [registry = std::move(registry)](std::string_view server, std::string_view uri) {
    const auto found =
        registry->catalog().find(server, catalog::DefinitionKind::resource, uri).entry;
    if (!found) return std::string();
    const auto& definition = found->pinned ? found->pinned : found->seen;
    if (!definition) return std::string();
    const auto text = wire::JsonDocument::parse(definition->text);
    return text ? std::string(text->root()["name"].text()) : std::string();
  };
}

}  // namespace doorward::app
