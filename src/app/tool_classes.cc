#include "app/tool_classes.h"

#include <algorithm>
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

namespace {

std::string listed_name(const catalog::Entry& entry) {
  const auto& definition = entry.pinned ? entry.pinned : entry.seen;
  if (!definition) return "";
  const auto text = wire::JsonDocument::parse(definition->text);
  return text ? std::string(text->root()["name"].text()) : std::string();
}

// Another spelling of the same: the two have a form in common.
bool share_a_form(const policy::ResourceForms& asked, std::string_view listed) {
  const auto forms = policy::resource_forms(listed);
  if (!forms) return false;
  const auto has = [&asked](const std::string& form) {
    return form == asked.canonical || std::count(asked.cut.begin(), asked.cut.end(), form) > 0 ||
           std::count(asked.near.begin(), asked.near.end(), form) > 0;
  };
  return has(forms->canonical) || std::any_of(forms->cut.begin(), forms->cut.end(), has) ||
         std::any_of(forms->near.begin(), forms->near.end(), has);
}

}  // namespace

guards::ResourceNamesOf resource_names_of(std::shared_ptr<const catalog::Registry> registry) {
  return [registry = std::move(registry)](std::string_view server, std::string_view uri) {
    policy::ResourceNames names;
    const auto& known = registry->catalog();
    if (const auto found = known.find(server, catalog::DefinitionKind::resource, uri).entry) {
      names.exact = listed_name(*found);
      return names;
    }
    const auto asked = policy::resource_forms(uri);
    if (!asked) return names;
    for (const auto& entry : known.list(server, catalog::DefinitionKind::resource))
      if (share_a_form(*asked, entry->name)) names.near.push_back(listed_name(*entry));
    return names;
  };
}

}  // namespace doorward::app
