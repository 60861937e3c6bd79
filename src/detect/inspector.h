// The one place that asks all detectors: views, patterns, lexers, checks and the model, and weighs
// what they say.
#pragma once

#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

struct Question {
  Channel channel = Channel::tool_result;
  Role role = Role::text;  // of an argument
  std::string_view text;
};

struct Report {
  double score = 0;               // 0..1, the surest of all kinds but PII
  std::vector<Finding> findings;  // in the order of their places

  [[nodiscard]] bool has(Kind kind, Certainty least) const;
};

// Thread-safe. The first call compiles the tables (about a second); `prepare` does it ahead.
[[nodiscard]] Report inspect(const Question& question);
void prepare();

// Secrets and personal data alone: for channels where nothing else is asked.
[[nodiscard]] Report inspect_secrets(std::string_view text);

}  // namespace doorward::detect
