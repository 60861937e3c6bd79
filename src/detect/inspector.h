// The one place that asks all detectors: views, patterns, lexers, checks and the model, and weighs
// what they say.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "detect/features.h"
#include "detect/finding.h"
#include "detect/view.h"

namespace doorward::detect {

// What is asked for; guards ask for their own part only.
inline constexpr unsigned kInstructions = 1, kAttacks = 2, kSecrets = 4, kHidden = 8;
inline constexpr unsigned kEverything = kInstructions | kAttacks | kSecrets | kHidden;

struct Question {
  Channel channel = Channel::tool_result;
  Role role = Role::text;  // of an argument
  std::string_view text;
  unsigned wanted = kEverything;
};

struct Report {
  double score = 0;               // 0..1, the surest of all kinds but PII
  std::vector<Finding> findings;  // in the order of their places

  [[nodiscard]] bool has(Kind kind, Certainty least) const;
};

// Thread-safe. The first call compiles the tables (about a second); `prepare` does it ahead.
[[nodiscard]] Report inspect(const Question& question);
// The same with the views of the question's text, as `views_of` gives them.
[[nodiscard]] Report inspect(const Question& question, std::span<const View> views);
void prepare();
// All tables, for `use_compiled` of the next start.
[[nodiscard]] std::string compiled_tables();

// What the rules alone say, in log odds, and where in each view: what training adds the model to.
struct RuleWord {
  double evidence = 0;
  std::vector<std::vector<Mark>> marks;
};
[[nodiscard]] RuleWord ask_rules(const Question& question);

// Secrets and personal data alone: for channels where nothing else is asked.
[[nodiscard]] Report inspect_secrets(std::string_view text);

}  // namespace doorward::detect
