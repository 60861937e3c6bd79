#include "app/policy_explain.h"

#include <algorithm>

#include "app/flow_labels.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

using policy::Effect;
using policy::Miss;
using policy::Reason;

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "`" : ", `") + one + "`";
  return out;
}

// A tool without classes counts as having all.
std::string class_words(const ToolClasses& of) {
  return of.classes.empty() ? "none, which counts as all" : core::class_names(of.classes);
}

std::string selector_words(const policy::PrincipalSelector& selector) {
  if (selector.any) return "anyone";
  std::string out;
  const auto add = [&out](std::string_view word, const std::string& value) {
    if (value.empty()) return;
    if (!out.empty()) out += " and ";
    out.append(word).append(" `").append(value).append("`");
  };
  add("user", selector.user);
  add("group", selector.group);
  add("scope", selector.scope);
  add("agent", selector.agent);
  return out;
}

std::string principals_words(const policy::Rule& rule) {
  std::string out;
  if (rule.principals)
    for (const auto& selector : *rule.principals)
      out += (out.empty() ? "" : ", ") + selector_words(selector);
  return out;
}

// Why `rule` does not speak of the call.
std::string miss_sentence(const policy::Rule& rule, Miss miss, const PolicyAnswer& answer,
                          bool with_arguments) {
  const std::string has = class_words(answer.classes);
  const std::string lists = rule.classes ? core::class_names(*rule.classes) : "all";
  switch (miss) {
    case Miss::none:
      return "";
    case Miss::kind:
      return "it is about prompts or resources, not tools";
    case Miss::name:
      return "its tools are " + joined(rule.tools.value_or(std::vector<std::string>()));
    case Miss::environment:
      return "it is for servers of the environments " +
             joined(rule.environments.value_or(std::vector<std::string>()));
    case Miss::time:
      return "it speaks at other times";
    case Miss::classes:
      return rule.effect == Effect::allow
                 ? "it grants the classes " + lists + "; the tool has " + has
                 : "it is about the classes " + lists + "; the tool has " + has;
    case Miss::principals:
      return "it is for " + principals_words(rule);
    case Miss::scope:
      return "it is for " + principals_words(rule) + ", and the caller lacks the scope";
    case Miss::arguments:
      return with_arguments ? "these arguments are not what its schema accepts"
                            : "it depends on arguments, and the call has none";
    case Miss::execute:
      return "the tool can execute: a rule grants that only where it lists the class `execute` and "
             "names the server in `tools`";
  }
  return "";
}

std::string speaks_sentence(const policy::Rule& rule, const PolicyAnswer& answer) {
  if (rule.id == answer.rule) return "it decides";
  switch (answer.reason) {
    case Reason::agent_not_granted:
      return "it fits, but the agent is not granted what the user is";
    case Reason::denied:
    case Reason::held:
      if (rule.effect < answer.effect)
        return "it fits, but " + std::string(policy::effect_name(answer.effect)) + " beats " +
               std::string(policy::effect_name(rule.effect));
      break;
    default:
      if (rule.effect == Effect::hold) return "it fits, but no rule grants what it would hold";
      break;
  }
  return "it fits too";
}

std::string_view classes_words(ToolClasses::From from) {
  switch (from) {
    case ToolClasses::From::configuration:
      return ", set in the configuration";
    case ToolClasses::From::signed_pin:
      return ", signed in the lock file";
    case ToolClasses::From::seen_pin:
      return ", guessed from its definition, which nobody has signed";
    case ToolClasses::From::guess:
      break;
  }
  return ", guessed from its name";
}

std::string reason_sentence(const PolicyAnswer& answer) {
  const std::string rule = "rule `" + answer.rule + "`";
  if (answer.second_person)
    return "held until another person than the one who asks agrees: it changes rights, accounts, "
           "policy or logging (`privilege.escalation_hold`); " +
           rule + (answer.reason == Reason::held ? " holds it too" : " would allow it");
  switch (answer.reason) {
    case Reason::allowed:
      return "allowed by " + rule;
    case Reason::held: {
      std::string who;
      for (const auto& one : answer.approvers) who += (who.empty() ? "" : " or ") + one;
      return "held by " + rule + " until " + (who.empty() ? "an approver" : who) + " agrees";
    }
    case Reason::denied:
      return "denied by " + rule;
    case Reason::no_rule:
      return "denied: no rule allows it";
    case Reason::scope_missing:
      return "denied: " + rule + " would allow it with the scope `" + answer.missing_scope + "`";
    case Reason::arguments_refused:
      return "denied: " + rule + " would allow it with other arguments";
    case Reason::outside_time:
      return "denied: " + rule + " would allow it at another time";
    case Reason::execute_not_granted:
      return "denied: no rule grants `execute` for this tool";
    case Reason::agent_not_granted:
      return "denied: the user may, the agent may not";
  }
  return "denied";
}

// What lists of known destinations say of the arguments. What a task has read decides besides.
std::vector<std::string> destinations_of(const Config& config, const PolicyCall& call,
                                         const PolicyAnswer& answer, const catalog::LockFile* lock,
                                         wire::JsonValue arguments) {
  std::vector<std::string> out;
  if (std::ranges::all_of(config.flow, [](const FlowRule& rule) { return rule.known.empty(); }))
    return out;
  const catalog::LockedServer* const pins = lock == nullptr ? nullptr : lock->find(answer.server);
  const catalog::Pin* const pin =
      pins == nullptr ? nullptr : pins->find(catalog::DefinitionKind::tool, answer.tool);
  std::optional<wire::JsonDocument> text;
  ToolDefinition definition;
  if (pin != nullptr && answer.classes.pinned)
    if (auto read = wire::JsonDocument::parse(pin->definition.text)) {
      text.emplace(std::move(*read));
      definition = {text->root()["description"].text(), text->root()["inputSchema"]};
    }
  auto labels = flow_labels(config, answer.server, answer.tool, definition, answer.classes.classes,
                            answer.classes.pinned);
  if (pin != nullptr && !labels.addresses && !pin->addresses.empty())
    labels.addresses = pin->addresses;
  core::Principal principal;
  principal.user = call.user;
  principal.agent = call.agent;
  principal.groups = call.groups;
  principal.scopes = call.scopes;
  policy::flow::Sink sink{answer.server, answer.tool, &labels, arguments};
  sink.principal = &principal;
  for (const auto& rule : flow_settings(config).rules) {
    if (!rule.block.intersects(labels.classes)) continue;
    std::string words = policy::flow::known_words(rule, sink);
    for (size_t at = 0; at < words.size();) {
      const size_t end = words.find('\n', at);
      out.push_back("flow rule `" + rule.id + "`: " + words.substr(at, end - at));
      at = end + 1;
    }
  }
  return out;
}

}  // namespace

Expected<PolicyAnswer> judge_call(const Config& config, const policy::Rules& rules,
                                  const PolicyCall& call, const catalog::LockFile* lock) {
  PolicyAnswer answer;
  const size_t dot = call.tool.find('.');
  if (dot == 0 || dot == std::string::npos || dot + 1 == call.tool.size())
    return failure("policy.call", Fault::client, "`" + call.tool + "` is not SERVER.TOOL");
  answer.server = call.tool.substr(0, dot);
  answer.tool = call.tool.substr(dot + 1);
  answer.known_server = config.servers.contains(answer.server);
  answer.classes = tool_classes(config, lock, answer.server, answer.tool);
  answer.lock_known = lock != nullptr;
  std::optional<wire::JsonDocument> arguments;
  if (!call.arguments.empty()) {
    auto parsed = wire::JsonDocument::parse(call.arguments);
    if (!parsed)
      return failure("policy.call", Fault::client, "the arguments: " + parsed.error().what);
    if (!parsed->root().is_object())
      return failure("policy.call", Fault::client, "the arguments are no JSON object");
    arguments.emplace(std::move(*parsed));
  }
  policy::Action action;
  action.server = answer.server;
  action.name = answer.tool;
  action.now = call.at.value_or(wall_now());
  action.classes = answer.classes.classes;
  if (arguments) action.arguments = arguments->root();
  const policy::Subject subject{call.user, call.agent, call.groups, call.scopes};
  const policy::Decision decision = rules.decide(subject, action);
  answer.effect = decision.effect;
  answer.reason = decision.reason;
  answer.rule = decision.rule;
  // The guard privilege.escalation_hold says so of what rules would let through (R9.2).
  answer.second_person =
      answer.effect != Effect::deny && answer.classes.classes.has(core::ToolClass::identity);
  if (answer.second_person) answer.effect = Effect::hold;
  answer.missing_scope = decision.missing_scope;
  for (const auto& selector : decision.approvers)
    answer.approvers.push_back(selector_words(selector));
  const auto steps = rules.explain(subject, action);
  for (size_t i = 0; i < steps.size() && i < config.policy.rules.size(); ++i) {
    const policy::Rule& rule = config.policy.rules[i];
    RuleWord word{rule.id, rule.effect, steps[i].miss, ""};
    word.why = word.miss == Miss::none
                   ? speaks_sentence(rule, answer)
                   : miss_sentence(rule, word.miss, answer, arguments.has_value());
    answer.rules.push_back(std::move(word));
  }
  if (arguments)
    answer.destinations = destinations_of(config, call, answer, lock, arguments->root());
  return answer;
}

std::string PolicyAnswer::text() const {
  std::string out = reason_sentence(*this) + "\n";
  out += "`" + server + "." + tool + "` has the classes " + class_words(classes) +
         std::string(classes_words(classes.from)) + "\n";
  if (known_server && lock_known && !classes.pinned)
    out +=
        "nobody has signed its definition: it is refused `rogue.unpinned`, unless the server has "
        "`pins: first_use`\n";
  if (!known_server) out += "no server `" + server + "` is configured\n";
  if (rules.empty()) out += "there are no rules\n";
  size_t width = 0;
  for (const RuleWord& each : rules) width = std::max(width, each.id.size());
  for (const RuleWord& each : rules) {
    out += "  " + each.id + std::string(width - each.id.size(), ' ') + "  ";
    const std::string_view spoken = policy::effect_name(each.effect);
    out.append(spoken).append(std::string(7 - spoken.size(), ' '));
    out += (each.miss == Miss::none ? "speaks: " : "silent: ") + each.why + "\n";
  }
  for (const std::string& each : destinations) out += each + "\n";
  std::string shown;  // line by line: names of the caller's making stay what they look like
  for (size_t at = 0; at < out.size();) {
    const size_t end = out.find('\n', at);
    shown += catalog::visible(std::string_view(out).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return shown;
}

std::string PolicyAnswer::json() const {
  const auto quoted = [](std::string_view text) { return wire::json_quote(text); };
  const auto word = [](bool value) { return value ? "true" : "false"; };
  std::string out = R"({"decision":)" + quoted(policy::effect_name(effect));
  out += R"(,"reason":)" + quoted(policy::reason_name(reason));
  if (!rule.empty()) out += R"(,"rule":)" + quoted(rule);
  if (!missing_scope.empty()) out += R"(,"missingScope":)" + quoted(missing_scope);
  if (!approvers.empty()) {
    out += R"(,"approvers":[)";
    for (size_t i = 0; i < approvers.size(); ++i) out += (i == 0 ? "" : ",") + quoted(approvers[i]);
    out += "]";
  }
  out += R"(,"server":)" + quoted(server) + R"(,"tool":)" + quoted(tool);
  out += std::string(R"(,"knownServer":)") + word(known_server) + R"(,"classes":[)";
  bool first = true;
  for (size_t i = 0; i < core::kClassNames.size(); ++i)
    if (((classes.classes.bits() >> i) & 1U) != 0)
      out += (std::exchange(first, false) ? "" : ",") + quoted(core::kClassNames[i]);
  out += R"(],"classesFrom":)" + quoted(classes_from_name(classes.from));
  if (lock_known) out += std::string(R"(,"pinned":)") + word(classes.pinned);
  if (second_person) out += R"(,"guard":"privilege.escalation_hold")";
  out += R"(,"rules":[)";
  for (size_t i = 0; i < rules.size(); ++i) {
    out += (i == 0 ? R"({"id":)" : R"(,{"id":)") + quoted(rules[i].id);
    out += R"(,"effect":)" + quoted(policy::effect_name(rules[i].effect));
    out += std::string(R"(,"speaks":)") + word(rules[i].miss == Miss::none);
    if (rules[i].miss != Miss::none)
      out += R"(,"miss":)" + quoted(policy::miss_name(rules[i].miss));
    out += R"(,"why":)" + quoted(rules[i].why) + "}";
  }
  out += "]";
  for (size_t i = 0; i < destinations.size(); ++i)
    out += (i == 0 ? R"(,"destinations":[)" : ",") + quoted(destinations[i]);
  return out + (destinations.empty() ? "}" : "]}");
}

}  // namespace doorward::app
