#include "app/tool_classes.h"

#include <array>

#include "catalog/classes_guess.h"
#include "wire/json.h"

namespace doorward::app {

std::string_view classes_from_name(ToolClasses::From from) {
  constexpr std::array<std::string_view, 4> kNames = {"configuration", "lock", "seen", "guess"};
  return kNames[static_cast<size_t>(from)];
}

const ToolOverride* override_of(const Config& config, std::string_view server,
                                std::string_view tool) {
  const auto known = config.servers.find(std::string(server));
  if (known == config.servers.end()) return nullptr;
  const auto own = known->second.tools.find(std::string(tool));
  return own == known->second.tools.end() ? nullptr : &own->second;
}

ToolClasses tool_classes(const Config& config, const catalog::LockFile* lock,
                         std::string_view server, std::string_view tool) {
  using From = ToolClasses::From;
  const catalog::LockedServer* const pins = lock == nullptr ? nullptr : lock->find(server);
  const catalog::Pin* const pin =
      pins == nullptr ? nullptr : pins->find(catalog::DefinitionKind::tool, tool);
  const bool pinned = pin != nullptr && !pin->approved.empty();
  if (const ToolOverride* const own = override_of(config, server, tool); own && own->classes)
    return {*own->classes, From::configuration, pinned};
  if (pin != nullptr) return {pin->classes, pinned ? From::signed_pin : From::seen_pin, pinned};
  catalog::ToolFacts facts;
  facts.server = server;
  facts.name = tool;
  return {catalog::guess_classes(facts), From::guess, false};
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
