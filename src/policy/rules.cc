#include "policy/rules.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>

#include "policy/resource_forms.h"
#include "policy/times.h"

namespace doorward::policy {

using core::ClassSet;
using core::ToolClass;

struct Rules::Compiled {
  Rule source;
  std::optional<std::vector<Glob>> globs[3];  // by Kind
  ArgumentMatcher arguments;                  // empty = unrestricted
  Times times;

  [[nodiscard]] bool covers(Kind kind) const {
    const bool any = globs[0] || globs[1] || globs[2];
    return !any || globs[static_cast<size_t>(kind)].has_value();
  }
};

// An action with what all rules need of it.
struct Rules::Question {
  const Subject& subject;
  const Action& action;
  std::string_view full_name;  // `server.name`
  ClassSet classes;
  std::string_view environment;
  bool any_call = false;  // asks what some arguments could do, at some time
};

struct Rules::Fit {
  Miss miss = Miss::none;
  bool touches = false;     // the rule speaks of this action
  bool grants = false;      // and may grant it: `allow` and `hold` only
  bool user_half = false;   // for the user
  bool agent_half = false;  // for the agent
  // Halves that the rule would fit with `scope`, which the subject lacks.
  std::string_view scope = {};
  bool agent_half_with_scope = false;
};

namespace {

constexpr size_t kNameBytes = 200;

bool has(std::span<const std::string> all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool fits_but_for_scope(const PrincipalSelector& selector, const Subject& subject) {
  if (selector.any) return true;
  if (selector.user.empty() && selector.group.empty() && selector.scope.empty() &&
      selector.agent.empty())
    return false;
  return (selector.user.empty() || selector.user == subject.user) &&
         (selector.group.empty() || has(subject.groups, selector.group)) &&
         (selector.agent.empty() || selector.agent == subject.agent);
}

bool names_only_agent(const PrincipalSelector& selector) {
  return !selector.any && selector.user.empty() && selector.group.empty() && selector.scope.empty();
}

bool any_matches(const std::vector<Glob>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& g) { return g.matches(text); });
}

// Calls `ask` with `server.name`, built on the stack.
template <class Ask>
auto with_full_name(const Action& action, const Ask& ask) {
  const size_t size = action.server.size() + 1 + action.name.size();
  if (size <= kNameBytes) {
    std::array<char, kNameBytes> buffer;
    char* end = std::copy(action.server.begin(), action.server.end(), buffer.data());
    *end++ = '.';
    std::copy(action.name.begin(), action.name.end(), end);
    return ask(std::string_view(buffer.data(), size));
  }
  const std::string whole = std::string(action.server).append(".").append(action.name);
  return ask(std::string_view(whole));
}

ClassSet effective_classes(const Action& action) {
  if (!action.classes.empty()) return action.classes;
  return action.kind == Kind::tool ? ClassSet::all() : ClassSet{ToolClass::read};
}

}  // namespace

std::string_view effect_name(Effect effect) {
  constexpr std::array<std::string_view, 3> kNames = {"allow", "hold", "deny"};
  return kNames[static_cast<size_t>(effect)];
}

std::string_view reason_name(Reason reason) {
  constexpr std::array<std::string_view, 9> kNames = {"allowed",          "held",
                                                      "denied",           "no_rule",
                                                      "scope_missing",    "arguments_refused",
                                                      "outside_time",     "execute_not_granted",
                                                      "agent_not_granted"};
  return kNames[static_cast<size_t>(reason)];
}

std::string_view miss_name(Miss miss) {
  constexpr std::array<std::string_view, 10> kNames = {
      "none",       "kind",  "name", "environment", "classes",
      "principals", "scope", "time", "arguments",   "execute"};
  return kNames[static_cast<size_t>(miss)];
}

bool fits(const PrincipalSelector& selector, const Subject& subject) {
  return fits_but_for_scope(selector, subject) &&
         (selector.scope.empty() || has(subject.scopes, selector.scope));
}

Expected<Rules> Rules::compile(std::vector<Rule> rules, const ArgumentCompiler& arguments,
                               Environments environments) {
  Rules out;
  out.environments_ = std::move(environments);
  std::set<std::string, std::less<>> ids;
  std::set<std::string, std::less<>> agents;
  for (Rule& rule : rules) {
    if (!ids.insert(rule.id).second)
      return failure("policy.duplicate_id", Fault::self, "two rules have the id `" + rule.id + "`");
    auto compiled = std::make_shared<Compiled>();
    const std::array<const std::optional<std::vector<std::string>>*, 3> lists = {
        &rule.tools, &rule.prompts, &rule.resources};
    for (size_t kind = 0; kind < lists.size(); ++kind) {
      if (!*lists[kind]) continue;
      auto& globs = compiled->globs[kind].emplace();
      for (const std::string& pattern : **lists[kind]) {
        globs.emplace_back(pattern);
        if (kind != static_cast<size_t>(Kind::resource)) continue;
        if (std::string canonical = canonical_glob(pattern); canonical != pattern)
          globs.emplace_back(std::move(canonical));
      }
    }
    if (!rule.arguments.empty()) {
      auto matcher = arguments ? arguments(rule.arguments, rule.effect)
                               : Expected<ArgumentMatcher>(failure("policy.arguments", Fault::self,
                                                                   "no schema compiler"));
      if (!matcher || !*matcher)
        return failure("policy.arguments", Fault::self,
                       "rule `" + rule.id +
                           "`: arguments: " + (matcher ? "no matcher" : matcher.error().what));
      compiled->arguments = *std::move(matcher);
    }
    auto times = Times::compile(rule.times);
    if (!times)
      return std::unexpected(std::move(times).error().within("rule `" + rule.id + "`: times"));
    compiled->times = *std::move(times);
    if (rule.effect == Effect::allow && rule.principals)
      for (const PrincipalSelector& selector : *rule.principals)
        if (!selector.agent.empty()) agents.insert(selector.agent);
    compiled->source = std::move(rule);
    out.compiled_.push_back(std::move(compiled));
  }
  out.agents_.assign(agents.begin(), agents.end());
  return out;
}

std::string_view Rules::environment_of(std::string_view server) const {
  const auto found = environments_.find(server);
  return found == environments_.end() ? std::string_view() : found->second;
}

bool Rules::speaks_of(std::string_view agent) const {
  return std::binary_search(agents_.begin(), agents_.end(), agent);
}

void Rules::fit_principals(const Rule& rule, const Subject& subject, Fit& fit) {
  if (!rule.principals) {
    fit.user_half = fit.agent_half = true;
    return;
  }
  for (const PrincipalSelector& selector : *rule.principals) {
    if (!fits_but_for_scope(selector, subject)) continue;
    const bool agent = selector.any || !selector.agent.empty();
    if (!selector.scope.empty() && !has(subject.scopes, selector.scope)) {
      if (fit.scope.empty()) fit.scope = selector.scope;
      fit.agent_half_with_scope = fit.agent_half_with_scope || agent;
      continue;
    }
    fit.user_half = fit.user_half || !names_only_agent(selector);
    fit.agent_half = fit.agent_half || agent;
  }
}

Rules::Fit Rules::fit(const Compiled& rule, const Question& question) {
  const Rule& source = rule.source;
  const Action& action = question.action;
  Fit fit;
  const auto missed = [&fit](Miss miss) {
    fit.miss = miss;
    return fit;
  };
  if (!rule.covers(action.kind)) return missed(Miss::kind);
  const auto& globs = rule.globs[static_cast<size_t>(action.kind)];
  if (globs && !any_matches(*globs, question.full_name) &&
      !(action.kind == Kind::resource && any_matches(*globs, action.uri)))
    return missed(Miss::name);
  if (source.environments && !has(*source.environments, question.environment))
    return missed(Miss::environment);

  const bool allows = source.effect == Effect::allow;
  const ClassSet listed = source.classes.value_or(ClassSet::all());
  if (allows && source.classes && question.classes.has(ToolClass::execute) &&
      !listed.has(ToolClass::execute))
    return missed(Miss::execute);
  if (allows ? !question.classes.within(listed) : !question.classes.intersects(listed))
    return missed(Miss::classes);

  fit_principals(source, question.subject, fit);
  if (!fit.user_half && !fit.agent_half && fit.scope.empty()) return missed(Miss::principals);

  const bool execute = question.classes.has(ToolClass::execute);
  const bool names_server = globs && std::any_of(globs->begin(), globs->end(), [&](const Glob& g) {
                              return g.names_server(action.server) && g.matches(question.full_name);
                            });
  const bool execute_granted = !execute || (source.classes && listed.has(ToolClass::execute) &&
                                            action.kind == Kind::tool && names_server);
  // A rule that could not grant anyway is no reason to ask for a scope or other arguments.
  const bool fits_someone = fit.user_half || fit.agent_half;
  if (!execute_granted && (allows || !fits_someone)) return missed(Miss::execute);

  if (!source.times.empty()) {
    if (question.any_call) {
      // Asked for any time, a denial at some is none.
      if (source.effect == Effect::deny) return missed(Miss::time);
    } else {
      const bool known = action.now != WallTime{};
      if (known ? !rule.times.cover(action.now) : allows) return missed(Miss::time);
    }
  }

  if (rule.arguments && !(question.any_call && source.effect != Effect::deny)) {
    // Asked for any arguments, a denial of some is none.
    if (question.any_call) return missed(Miss::arguments);
    const Match match = action.arguments ? rule.arguments(action.arguments) : Match::undecided;
    if (match == Match::no || (match == Match::undecided && allows)) return missed(Miss::arguments);
  }

  if (!fits_someone) return missed(Miss::scope);
  fit.touches = true;
  fit.grants = source.effect != Effect::deny && execute_granted;
  return fit;
}

Decision Rules::decide(const Question& question) const {
  const Compiled* granting = nullptr;  // the user's half
  const Compiled* holding = nullptr;
  const Compiled* scope_rule = nullptr;
  const Compiled* argument_rule = nullptr;
  const Compiled* time_rule = nullptr;
  std::string_view scope;
  bool agent_with_scope = false;
  bool execute_missed = false;
  bool agent_granted = question.subject.agent.empty() || !speaks_of(question.subject.agent);
  for (const auto& rule : compiled_) {
    const Fit fit = Rules::fit(*rule, question);
    const Effect effect = rule->source.effect;
    if (fit.touches && effect == Effect::deny)
      return {Effect::deny, Reason::denied, rule->source.id, {}, {}};
    if (fit.touches && effect == Effect::hold &&
        (holding == nullptr ||
         (holding->source.approvers.empty() && !rule->source.approvers.empty())))
      holding = rule.get();
    if (fit.grants && fit.user_half && granting == nullptr) granting = rule.get();
    if (fit.grants && fit.agent_half) agent_granted = true;
    if (effect == Effect::deny) continue;
    if (fit.miss == Miss::scope || (fit.grants && !fit.user_half && !fit.scope.empty())) {
      if (scope_rule == nullptr) {
        scope_rule = rule.get();
        scope = fit.scope;
      }
      agent_with_scope = agent_with_scope || fit.agent_half_with_scope;
    }
    if (fit.miss == Miss::arguments && argument_rule == nullptr) argument_rule = rule.get();
    if (fit.miss == Miss::time && time_rule == nullptr) time_rule = rule.get();
    execute_missed = execute_missed || fit.miss == Miss::execute || (fit.touches && !fit.grants);
  }
  if (granting != nullptr && agent_granted) {
    if (holding == nullptr) return {Effect::allow, Reason::allowed, granting->source.id, {}, {}};
    return {Effect::hold, Reason::held, holding->source.id, {}, holding->source.approvers};
  }
  if (granting != nullptr) return {Effect::deny, Reason::agent_not_granted, {}, {}, {}};
  if (scope_rule != nullptr && (agent_granted || agent_with_scope))
    return {Effect::deny, Reason::scope_missing, scope_rule->source.id, scope, {}};
  if (argument_rule != nullptr)
    return {Effect::deny, Reason::arguments_refused, argument_rule->source.id, {}, {}};
  if (time_rule != nullptr)
    return {Effect::deny, Reason::outside_time, time_rule->source.id, {}, {}};
  return {Effect::deny, execute_missed ? Reason::execute_not_granted : Reason::no_rule, {}, {}, {}};
}

Decision Rules::decide(const Subject& subject, const Action& action, bool any_call) const {
  return with_full_name(action, [&](std::string_view name) {
    return decide(Question{subject, action, name, effective_classes(action),
                           environment_of(action.server), any_call});
  });
}

std::vector<std::string_view> Rules::holding(const Subject& subject, const Action& action) const {
  return with_full_name(action, [&](std::string_view name) {
    const Question question{subject, action, name, effective_classes(action),
                            environment_of(action.server)};
    std::vector<std::string_view> ids;
    for (const auto& rule : compiled_)
      if (rule->source.effect == Effect::hold && fit(*rule, question).touches)
        ids.push_back(rule->source.id);
    return ids;
  });
}

std::span<const PrincipalSelector> Rules::approvers_of(std::string_view rule) const {
  for (const auto& each : compiled_)
    if (each->source.id == rule) return each->source.approvers;
  return {};
}

std::vector<Step> Rules::explain(const Subject& subject, const Action& action) const {
  return with_full_name(action, [&](std::string_view name) {
    const Question question{subject, action, name, effective_classes(action),
                            environment_of(action.server)};
    std::vector<Step> steps;
    for (const auto& rule : compiled_)
      steps.push_back({rule->source.id, rule->source.effect, fit(*rule, question).miss});
    return steps;
  });
}

}  // namespace doorward::policy
