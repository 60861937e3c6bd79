// The rule engine: who may do what. Deny beats hold beats allow; what no rule grants is denied.
//
// How one rule meets one action
//   kind      a rule with none of tools, prompts and resources covers all three; otherwise those
//             that it lists. Globs are over `server.name`; of a resource also over its URI, as
//             written and in its canonical form.
//   classes   `allow` grants a tool only where it lists all of the tool's classes; `hold` and
//             `deny` take effect where they list one of them. A tool without classes counts as
//             having all.
//   execute   is granted only by a rule that lists it and names the server in `tools` (R1.1).
//   arguments a schema that can't be decided never allows and always holds or denies.
//   times     a rule speaks in its windows only. Where the time isn't known it never allows, and
//             always holds or denies.
//   environments  of the server, as the configuration says; a server without one is in none.
//   agent     a call by an agent for a user needs both (R9.4): a selector with nothing but an
//             agent grants the agent's half only, and an agent that some allow rule names may do
//             no more than the rules that fit it.
//
// Tested by tests/unit/policy/*.cc, against tools/policy_oracle.py
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "core/classes.h"
#include "core/principal.h"
#include "policy/glob.h"
#include "policy/rule.h"
#include "wire/json.h"

namespace doorward::policy {

// A view of who asks; as proven by a credential, never from a message.
struct Subject {
  std::string_view user;
  std::string_view agent;
  std::span<const std::string> groups;
  std::span<const std::string> scopes;
  [[nodiscard]] static Subject of(const core::Principal& principal) {
    return {principal.user, principal.agent, principal.groups, principal.scopes};
  }
};

enum class Kind : uint8_t { tool, prompt, resource };

struct Action {
  Kind kind = Kind::tool;
  std::string_view server;
  std::string_view name;
  std::string_view uri;       // of a resource
  core::ClassSet classes;     // of a tool; prompts and resources are read where empty
  wire::JsonValue arguments;  // an object; an empty view can't be decided
  WallTime now{};             // zero: not known
};

enum class Match : uint8_t { no, yes, undecided };
using ArgumentMatcher = std::function<Match(wire::JsonValue arguments)>;
// From the JSON text of a schema, for a rule of that effect.
using ArgumentCompiler =
    std::function<Expected<ArgumentMatcher>(std::string_view schema, Effect effect)>;

enum class Reason : uint8_t {
  allowed,
  held,               // by `rule`
  denied,             // by `rule`
  no_rule,            // nothing grants it
  scope_missing,      // `rule` would grant it, with `missing_scope`
  arguments_refused,  // `rule` would grant it with other arguments
  outside_time,       // `rule` would grant it at another time
  execute_not_granted,
  agent_not_granted,  // the user may, the agent may not
};
[[nodiscard]] std::string_view reason_name(Reason reason);

// Views into `Rules`; valid while it lives.
struct Decision {
  Effect effect = Effect::deny;
  Reason reason = Reason::no_rule;
  std::string_view rule;                         // id of the deciding rule; "" where none spoke
  std::string_view missing_scope;                // with `scope_missing`
  std::span<const PrincipalSelector> approvers;  // of a hold; empty = any approver or admin
};

// Why one rule did or didn't speak, for `policy explain`.
enum class Miss : uint8_t {
  none,
  kind,
  name,
  environment,
  classes,
  principals,
  scope,
  time,
  arguments,
  execute
};
[[nodiscard]] std::string_view miss_name(Miss miss);
struct Step {
  std::string_view rule;
  Effect effect;
  Miss miss;
};

class Rules {
 public:
  Rules() = default;                                                     // denies everything
  using Environments = std::map<std::string, std::string, std::less<>>;  // by server
  // Errors: policy.duplicate_id, policy.arguments (a schema that doesn't compile), policy.times (no
  // such zone).
  [[nodiscard]] static Expected<Rules> compile(std::vector<Rule> rules,
                                               const ArgumentCompiler& arguments,
                                               Environments environments = {});

  // Takes no memory but for names over 200 bytes. Of a resource see policy/resource_decision.h.
  [[nodiscard]] Decision decide(const Subject& subject, const Action& action) const {
    return decide(subject, action, false);
  }
  // With `any_call`: what some arguments could do, at some time.
  [[nodiscard]] Decision decide(const Subject& subject, const Action& action, bool any_call) const;
  // Every rule that holds this; the first is not always the one that `decide` names.
  [[nodiscard]] std::vector<std::string_view> holding(const Subject& subject,
                                                      const Action& action) const;
  // True where some arguments would be allowed or held at some time: what a list may show (R3.1).
  [[nodiscard]] bool visible(const Subject& subject, const Action& action) const {
    return decide(subject, action, true).effect != Effect::deny;
  }
  [[nodiscard]] std::vector<Step> explain(const Subject& subject, const Action& action) const;
  [[nodiscard]] size_t size() const { return compiled_.size(); }
  // Of that rule; empty = any approver or admin, also for a rule that isn't there.
  [[nodiscard]] std::span<const PrincipalSelector> approvers_of(std::string_view rule) const;

 private:
  struct Compiled;
  struct Fit;
  struct Question;

  static void fit_principals(const Rule& rule, const Subject& subject, Fit& fit);
  [[nodiscard]] static Fit fit(const Compiled& rule, const Question& question);
  [[nodiscard]] Decision decide(const Question& question) const;
  [[nodiscard]] std::string_view environment_of(std::string_view server) const;
  [[nodiscard]] bool speaks_of(std::string_view agent) const;

  std::vector<std::shared_ptr<const Compiled>> compiled_;
  std::vector<std::string> agents_;  // that allow rules name, sorted
  Environments environments_;
};

// True where the selector fits the subject whole.
[[nodiscard]] bool fits(const PrincipalSelector& selector, const Subject& subject);

}  // namespace doorward::policy
