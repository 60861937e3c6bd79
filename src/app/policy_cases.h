// `doorward policy test FILE`: calls with the decision that the policy has to give.
//
//   cases:
//     - name: a reader may not write               # optional
//       principal: { user: ana, groups: [dev], scopes: [], agent: bot }
//       call: { tool: files.write_file, arguments: { path: a.txt } }  # at: a moment; now without
//       expect: { decision: deny, rule: no-writes }  # allow, hold or deny; rule is optional
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/policy_explain.h"

namespace doorward::app {

struct PolicyExpectation {
  policy::Effect decision = policy::Effect::deny;
  std::string rule;  // "" = whichever
};

struct PolicyCase {
  std::string name;
  uint32_t line = 0;
  PolicyCall call;
  PolicyExpectation expect;
};

// Errors: as parse_config, in the same form.
[[nodiscard]] Expected<std::vector<PolicyCase>> parse_policy_cases(std::string_view yaml,
                                                                   std::string_view file_name);

struct CaseResult {
  PolicyCase given;
  bool passed = false;
  PolicyAnswer got;
};

struct CaseReport {
  std::string file;
  std::vector<CaseResult> results;

  [[nodiscard]] size_t failed() const;
  [[nodiscard]] std::string text() const;
  // {"cases","failed","results":[{"line","name"?,"passed","expected":{"decision","rule"?},
  // "got":{"decision","reason","rule"?}}]}
  [[nodiscard]] std::string json() const;
};

// Errors: those of judge_call, with the case's line.
[[nodiscard]] Expected<CaseReport> run_policy_cases(const Config& config,
                                                    const policy::Rules& rules,
                                                    std::vector<PolicyCase> cases,
                                                    std::string_view file_name,
                                                    const catalog::LockFile* lock = nullptr);

}  // namespace doorward::app
