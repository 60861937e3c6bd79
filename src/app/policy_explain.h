// Why the policy decides a call as it does: `doorward policy explain`.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/tool_classes.h"
#include "policy/rules.h"

namespace doorward::app {

// Who calls what. `arguments` is JSON text, "" for a call without.
struct PolicyCall {
  std::string user;
  std::string agent;
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  std::string tool;  // SERVER.TOOL
  std::string arguments;
  std::optional<WallTime> at = std::nullopt;  // nothing: now
};

struct RuleWord {
  std::string id;
  policy::Effect effect = policy::Effect::deny;
  policy::Miss miss = policy::Miss::none;  // none: it speaks of this call
  std::string why;                         // one sentence
};

struct PolicyAnswer {
  policy::Effect effect = policy::Effect::deny;
  policy::Reason reason = policy::Reason::no_rule;
  std::string rule;  // that decides; "" where none spoke
  std::string missing_scope;
  std::vector<std::string> approvers;  // of a hold, as words; empty = any approver or admin
  std::string server;
  std::string tool;
  bool known_server = false;
  ToolClasses classes;
  bool second_person = false;   // `hold`, whatever the rules say: it changes rights or logging
  bool lock_known = false;      // a lock file was looked at
  std::vector<RuleWord> rules;  // in the order of the policy
  // What the lists of known destinations say of the arguments, by flow rule.
  std::vector<std::string> destinations;

  [[nodiscard]] std::string text() const;
  // {"decision","reason","rule"?,"missingScope"?,"approvers"?,"server","tool","knownServer",
  // "classes":[…],"classesFrom":"configuration"|"lock"|"seen"|"guess","pinned"?,"guard"?,"rules":[{"id","effect","speaks","miss"?,
  // "why"}],"destinations"?:[…]}
  [[nodiscard]] std::string json() const;
};

// Errors: policy.call (no SERVER.TOOL, arguments that are no JSON object).
// `lock` may be null.
[[nodiscard]] Expected<PolicyAnswer> judge_call(const Config& config, const policy::Rules& rules,
                                                const PolicyCall& call,
                                                const catalog::LockFile* lock = nullptr);

}  // namespace doorward::app
