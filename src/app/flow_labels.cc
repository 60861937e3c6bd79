#include "app/flow_labels.h"

#include <algorithm>
#include <map>

#include "app/tool_classes.h"
#include "base/locked.h"
#include "policy/rules.h"

namespace doorward::app {

namespace flow = policy::flow;

namespace {

flow::Trust trust_of(Trust trust) {
  switch (trust) {
    case Trust::trusted:
      return flow::Trust::trusted;
    case Trust::shared:
      return flow::Trust::shared;
    case Trust::untrusted:
      break;
  }
  return flow::Trust::untrusted;
}

}  // namespace

flow::ToolLabels flow_labels(const Config& config, std::string_view server, std::string_view tool,
                             const ToolDefinition& definition, core::ClassSet classes,
                             bool confirmed) {
  flow::ToolLabels labels;
  labels.classes = classes;
  labels.confirmed = confirmed;
  flow::read_definition(labels, tool, definition.description, definition.input_schema);
  labels.is_private = flow::guess_labels(server, tool).is_private;
  if (const auto known = config.servers.find(std::string(server)); known != config.servers.end()) {
    if (const auto& stated = known->second.trust) {
      labels.trust = trust_of(*stated);
      labels.trust_stated = true;
    }
  }
  if (const ToolOverride* const own = override_of(config, server, tool)) {
    if (own->classes) labels.confirmed = true;
    if (own->trust) {
      labels.trust = trust_of(*own->trust);
      labels.trust_stated = true;
    }
    if (own->is_private) labels.is_private = *own->is_private;
    labels.addresses = own->addresses;
  }
  return labels;
}

namespace {

flow::Trust trust_of(catalog::Trust trust) {
  switch (trust) {
    case catalog::Trust::trusted:
      return flow::Trust::trusted;
    case catalog::Trust::shared:
      return flow::Trust::shared;
    case catalog::Trust::untrusted:
      break;
  }
  return flow::Trust::untrusted;
}

// The definition that counts: what somebody signed, whatever the server shows by now.
std::optional<wire::JsonDocument> signed_definition(const catalog::ToolView& known) {
  if (!known.entry || !known.entry->pinned || known.entry->approved.empty()) return std::nullopt;
  auto read = wire::JsonDocument::parse(known.entry->pinned->text);
  return read ? std::optional(std::move(*read)) : std::nullopt;
}

}  // namespace

flow::ToolLabels flow_labels(const Config& config, std::string_view server, std::string_view tool,
                             const catalog::ToolView& known, core::ClassSet classes) {
  ToolDefinition definition;
  const auto document = signed_definition(known);
  if (document)
    definition = {document->root()["description"].text(), document->root()["inputSchema"]};
  flow::ToolLabels labels = flow_labels(config, server, tool, definition, classes, known.confirmed);
  labels.trust = trust_of(known.trust);
  labels.trust_stated = known.trust_stated;
  if (known.is_private) labels.is_private = *known.is_private;
  if (!labels.addresses && known.entry && !known.entry->addresses.empty())
    labels.addresses = known.entry->addresses;
  return labels;
}

flow::LabelsOf flow_labels_of(std::shared_ptr<const Config> config, guards::ClassesOf classes,
                              std::shared_ptr<const catalog::Registry> registry) {
  struct Kept {
    std::shared_ptr<const catalog::Entry> entry;  // it was made of; null: of none
    core::ClassSet classes;
    std::shared_ptr<const flow::ToolLabels> labels;
  };
  using Made = std::map<std::pair<std::string, std::string>, Kept, std::less<>>;
  constexpr size_t kKept = 4'096;  // names come from clients
  auto made = std::make_shared<Locked<Made>>();
  return [config = std::move(config), classes = std::move(classes), registry = std::move(registry),
          made = std::move(made)](std::string_view server, std::string_view tool) {
    const catalog::ToolView known = registry->tool(server, tool);
    const core::ClassSet own =
        tool.empty() ? core::ClassSet{core::ToolClass::read} : classes(server, tool);
    const std::pair<std::string, std::string> key{server, tool};
    auto kept = made->with([&](Made& all) -> std::shared_ptr<const flow::ToolLabels> {
      const auto found = all.find(key);
      const bool same =
          found != all.end() && found->second.entry == known.entry && found->second.classes == own;
      return same ? found->second.labels : nullptr;
    });
    if (kept) return kept;
    auto labels =
        std::make_shared<const flow::ToolLabels>(flow_labels(*config, server, tool, known, own));
    made->with([&](Made& all) {
      if (all.size() < kKept || all.contains(key))
        all.insert_or_assign(key, Kept{known.entry, own, labels});
    });
    return labels;
  };
}

guards::FlowSettings flow_settings(const Config& config) {
  guards::FlowSettings settings;
  for (const FlowRule& rule : config.flow) {
    flow::Rule made;
    made.id = rule.id;
    made.after = rule.after == FlowAfter::untrusted ? flow::After::untrusted
                 : rule.after == FlowAfter::shared  ? flow::After::shared
                                                    : flow::After::private_data;
    made.block = rule.block;
    made.unless_clean = rule.unless == FlowUnless::clean_arguments;
    made.deny = rule.effect == policy::Effect::deny;
    for (const FlowKnown& list : rule.known)
      made.known.emplace_back(list.id, list.to, list.principals);
    settings.rules.push_back(std::move(made));
  }
  settings.stated = !(config.flow.size() == 1 && config.flow[0] == default_flow());
  settings.tasks = config.tasks;
  settings.believes_prompt = [from = config.prompt_from](const core::Principal& principal) {
    const auto subject = policy::Subject::of(principal);
    return std::ranges::any_of(
        from, [&](const auto& selector) { return policy::fits(selector, subject); });
  };
  return settings;
}

flow::TaskLimits flow_limits(const Config& config) {
  flow::TaskLimits limits;
  limits.window = config.tasks.window;
  return limits;
}

}  // namespace doorward::app
