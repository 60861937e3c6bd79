// Rules that let through what a person should see, and flow rules that stop less than the default.
#include <algorithm>

#include "app/check_labels.h"
#include "app/check_weak.h"
#include "app/tool_classes.h"
#include "policy/glob.h"

namespace doorward::app {

namespace {

using Degree = Weakening::Degree;
using core::ToolClass;
using policy::Effect;
using policy::Rule;

// Classes whose calls wait for a person. Of `identity` the gateway sees to that by itself.
constexpr core::ClassSet kElevated{ToolClass::destructive, ToolClass::execute};

bool is_for_everyone(const Rule& rule) {
  return !rule.principals || std::ranges::any_of(*rule.principals, [](const auto& one) {
    return one == policy::PrincipalSelector{.any = true};
  });
}

bool covers_tools(const Rule& rule) {
  return rule.tools || (!rule.prompts && !rule.resources);
}

bool fits_name(const Rule& rule, const std::string& full_name) {
  return !rule.tools || std::ranges::any_of(*rule.tools, [&](const std::string& glob) {
    return policy::Glob(glob).matches(full_name);
  });
}

// Whatever of `one` is granted by `allow` waits for a person, or is refused, by `strict`. `named`:
// the names are known to fit.
bool is_stopped_by(const Rule& strict, const Rule& allow, ToolClass one, bool named) {
  if (strict.effect == Effect::allow || !covers_tools(strict)) return false;
  if (strict.classes && !strict.classes->has(one)) return false;
  if (!strict.arguments.empty() || !strict.times.empty()) return false;
  if (strict.environments && strict.environments != allow.environments) return false;
  if (!is_for_everyone(strict) && strict.principals != allow.principals) return false;
  if (named || !strict.tools || std::ranges::find(*strict.tools, "*") != strict.tools->end())
    return true;
  return allow.tools && std::ranges::all_of(*allow.tools, [&](const std::string& glob) {
           return std::ranges::find(*strict.tools, glob) != strict.tools->end();
         });
}

// A server that only has the folders it was given can destroy nothing else.
bool is_confined(const Config& config, const std::string& name) {
  const auto found = config.servers.find(name);
  return found == config.servers.end() ||
         (found->second.is_local() && found->second.sandbox.network.empty());
}

// Of a rule that lists no classes: the tools that it grants by their names, and that no rule holds.
std::string unheld_tools(const Config& config, const catalog::LockFile& lock, const Rule& allow,
                         bool confined) {
  std::string out;
  for (const auto& [server, locked] : lock.servers) {
    if (is_confined(config, server) != confined || !config.servers.contains(server)) continue;
    for (const auto& [tool, _] : locked.pins[static_cast<size_t>(catalog::DefinitionKind::tool)]) {
      std::string name = server;
      name.append(".").append(tool);
      // `execute` is never granted by a rule that doesn't list it.
      const core::ClassSet classes = tool_classes(config, &lock, server, tool).classes;
      if (!classes.has(ToolClass::destructive) || classes.has(ToolClass::execute) ||
          classes.has(ToolClass::identity) || !fits_name(allow, name))
        continue;
      if (std::ranges::any_of(config.policy.rules, [&](const Rule& strict) {
            return fits_name(strict, name) &&
                   is_stopped_by(strict, allow, ToolClass::destructive, true);
          }))
        continue;
      out += (out.empty() ? "`" : ", `") + name + "`";
    }
  }
  return out;
}

// Rules by which calls that destroy or run code need nobody (R1.5).
void weak_rule(const Config& config, const catalog::LockFile* lock, const Rule& rule,
               std::vector<Weakening>& found) {
  if (rule.effect != Effect::allow || !covers_tools(rule)) return;
  const std::string key = "policy.rules: " + rule.id;
  const bool names_none = !rule.tools || std::ranges::find(*rule.tools, "*") != rule.tools->end();
  core::ClassSet unheld;
  for (const ToolClass one : {ToolClass::destructive, ToolClass::execute}) {
    const bool granted =
        rule.classes ? rule.classes->has(one) : names_none && one == ToolClass::destructive;
    if (granted && std::ranges::none_of(config.policy.rules, [&](const Rule& strict) {
          return is_stopped_by(strict, rule, one, false);
        }))
      unheld.add(one);
  }
  if (unheld.intersects(kElevated))
    found.push_back({key,
                     "allows " + core::class_names(unheld) + ", and no rule holds it for a person",
                     {"R1.5"}});
  if (rule.classes && rule.classes->has(ToolClass::execute) && is_for_everyone(rule))
    found.push_back({key, "grants `execute` to everyone who is authenticated", {"R1.1"}});
  if (names_none && !rule.classes && is_for_everyone(rule) && rule.arguments.empty() &&
      !rule.environments && rule.times.empty())
    found.push_back({key, "allows everything to everyone", {"R9.1", "R9.4"}});
  if (rule.classes || names_none || lock == nullptr) return;
  if (const std::string tools = unheld_tools(config, *lock, rule, false); !tools.empty())
    found.push_back({key, "no rule holds these for a person: " + tools, {"R1.5"}});
  if (const std::string tools = unheld_tools(config, *lock, rule, true); !tools.empty())
    found.push_back({key,
                     "no rule holds " + tools + ", which reach the folders of their server alone",
                     {"R1.5"},
                     Degree::note});
}

}  // namespace

void weak_policy(const Config& config, const catalog::LockFile* lock,
                 std::vector<Weakening>& found) {
  for (const Rule& rule : config.policy.rules) weak_rule(config, lock, rule, found);
}

void weak_flow(const Config& config, const catalog::LockFile* lock, std::vector<Weakening>& found) {
  const std::vector<std::string_view> ids = {"R3.8", "R11.9"};
  if (config.flow.empty()) {
    found.push_back({"flow: []", "nothing is stopped after what was read", ids});
    return;
  }
  if (config.flow.size() == 1 && config.flow[0] == default_flow()) {
    if (!labels_are_stated(config, lock))
      found.push_back(
          {"flow", "only observes until `trust` and `classes` are stated, or `flow`", ids});
  } else {
    core::ClassSet blocked, missing;
    for (const FlowRule& rule : config.flow)
      if (rule.after == FlowAfter::untrusted) blocked.add(rule.block);
    for (size_t i = 0; i < core::kClassNames.size(); ++i) {
      const auto one = static_cast<ToolClass>(1U << i);
      if (default_flow().block.has(one) && !blocked.has(one)) missing.add(one);
    }
    if (!missing.empty())
      found.push_back(
          {"flow", "after untrusted content it doesn't stop " + core::class_names(missing), ids});
  }
  if (std::ranges::any_of(config.prompt_from, [](const auto& one) { return one.any; }))
    found.push_back(
        {"prompt_from: any", "every principal's word on the user's prompt is believed", ids});
}

}  // namespace doorward::app
