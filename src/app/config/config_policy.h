// `policy` and `flow` of doorward.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config_values.h"
#include "core/classes.h"
#include "core/task.h"
#include "policy/rule.h"

namespace doorward::app {

struct Policy {
  std::vector<policy::Rule> rules;  // also where they came from `signed_file`
  std::optional<SignedPolicy> signed_file;
  bool operator==(const Policy&) const = default;
};

enum class FlowAfter : uint8_t { untrusted, shared, private_data };
enum class FlowUnless : uint8_t { never, clean_arguments };

// Destinations that an operator knows, and whose calls may go there.
struct FlowKnown {
  std::string id;               // `RULE.known-1` and so on where not given
  std::vector<std::string> to;  // patterns of `policy::flow::KnownList`
  std::optional<std::vector<policy::PrincipalSelector>> principals;  // absent: everyone's
  bool operator==(const FlowKnown&) const = default;
};

struct FlowRule {
  std::string id;  // `flow-1` and so on where not given
  FlowAfter after = FlowAfter::untrusted;
  core::ClassSet block;
  FlowUnless unless = FlowUnless::never;
  policy::Effect effect = policy::Effect::hold;  // hold or deny
  std::vector<FlowKnown> known;                  // goes with `clean_arguments`
  bool operator==(const FlowRule&) const = default;
};

using core::TaskBy;
using core::Tasks;

// In force where there is no `flow`: it stops where an operator stated labels, else it observes.
[[nodiscard]] inline FlowRule default_flow() {
  using core::ToolClass;
  return {"default",
          FlowAfter::untrusted,
          {ToolClass::egress, ToolClass::write, ToolClass::destructive, ToolClass::identity},
          FlowUnless::clean_arguments,
          policy::Effect::hold,
          {}};
}

}  // namespace doorward::app
