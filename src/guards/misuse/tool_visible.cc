#include "guards/misuse/tool_visible.h"

#include <map>
#include <optional>

namespace doorward::guards {

using catalog::DefinitionKind;
using core::Verdict;
using wire::JsonValue;
using wire::Method;

const core::GuardFacts& ToolVisible::facts() const {
  static constexpr core::GuardFacts kFacts{"misuse.tool_visible", core::Area::misuse,
                                           core::stages(core::Stage::response), false};
  return kFacts;
}

namespace {

struct ListOf {
  DefinitionKind kind;
  std::string_view member;
};

std::optional<ListOf> list_of(Method method) {
  switch (method) {
    case Method::tools_list:
      return ListOf{DefinitionKind::tool, "tools"};
    case Method::prompts_list:
      return ListOf{DefinitionKind::prompt, "prompts"};
    case Method::resources_list:
      return ListOf{DefinitionKind::resource, "resources"};
    case Method::resources_templates_list:
      return ListOf{DefinitionKind::resource_template, "resourceTemplates"};
    default:
      return std::nullopt;
  }
}

// Takes out the items that are not kept, each with one comma.
std::vector<wire::Edit> removals(const std::vector<JsonValue>& items,
                                 const std::vector<bool>& kept) {
  std::vector<wire::Edit> edits;
  size_t last_kept = items.size();
  for (size_t i = 0; i < items.size(); ++i)
    if (kept[i]) last_kept = i;
  if (last_kept == items.size()) {
    if (!items.empty()) edits.push_back({items.front().begin(), items.back().end(), ""});
    return edits;
  }
  for (size_t i = 0; i < last_kept; ++i)
    if (!kept[i]) edits.push_back({items[i].begin(), items[i + 1].begin(), ""});
  if (last_kept + 1 < items.size())
    edits.push_back({items[last_kept].end(), items.back().end(), ""});
  return edits;
}

}  // namespace

Verdict ToolVisible::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.own || exchange.message == nullptr || exchange.request == nullptr ||
      exchange.principal == nullptr || exchange.server.empty())
    return core::pass();
  const auto list = list_of(exchange.request->method());
  if (!list) return core::pass();
  const JsonValue array = exchange.message->result()[list->member];
  if (!array.is_array()) return core::pass();
  std::vector<JsonValue> items;
  std::map<std::string_view, int> names;
  for (const JsonValue item : array.items()) {
    items.push_back(item);
    ++names[item[catalog::key_member(list->kind)].text()];
  }
  std::vector<bool> kept(items.size());
  for (size_t i = 0; i < items.size(); ++i)
    kept[i] = names[items[i][catalog::key_member(list->kind)].text()] == 1 &&
              shows(exchange, list->kind, items[i]);
  Verdict verdict;
  verdict.edits = removals(items, kept);
  if (verdict.edits.empty()) return core::pass();
  verdict.effect = core::Effect::rewrite;
  verdict.reason = "misuse.not_visible";
  verdict.requirement = "R3.1";
  return verdict;
}

bool ToolVisible::shows(const core::Exchange& exchange, DefinitionKind kind, JsonValue item) const {
  const catalog::Comparison found = registry_->catalog().compare(exchange.server, kind, item);
  const std::string_view name = item["name"].text();
  policy::Action action;
  action.server = exchange.server;
  action.name = name;
  switch (kind) {
    case DefinitionKind::tool:
      if (!found.is_shown()) return false;
      // Clients reject a whole list for one schema that is none.
      if (!item["inputSchema"].is_object()) return false;
      if (item["outputSchema"] && !item["outputSchema"].is_object()) return false;
      if (stops_->stops(exchange.server, name, exchange.principal->user)) return false;
      action.kind = policy::Kind::tool;
      action.classes = found.known.entry->classes;
      break;
    case DefinitionKind::prompt:
      if (!found.is_shown()) return false;
      action.kind = policy::Kind::prompt;
      break;
    default:
      // Resources come and go: one that nobody signed may be read, one that drifted may not.
      if (found.known.entry && found.known.entry->pinned && !found.is_shown()) return false;
      if (!is_callable(found.known.server)) return false;
      action.kind = policy::Kind::resource;
      action.uri = item[catalog::key_member(kind)].text();
      return shows_resource(*exchange.principal, action);
  }
  return rules_->visible(policy::Subject::of(*exchange.principal), action);
}

// What can't be read plainly is shown to nobody: reading it is refused (privilege.authorize).
bool ToolVisible::shows_resource(const core::Principal& principal,
                                 const policy::Action& action) const {
  const auto forms = policy::resource_forms(action.uri);
  return forms && policy::decide_resource(*rules_, policy::Subject::of(principal), action, *forms,
                                          {std::string(action.name), {}}, true)
                          .effect != policy::Effect::deny;
}

}  // namespace doorward::guards
