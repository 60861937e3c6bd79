// What a new configuration changes in who may do what, as text for an alert (R9.8).
#pragma once

#include <optional>
#include <string>

#include "app/config/config.h"

namespace doorward::app {

struct PolicyChange {
  std::string detail;         // one sentence
  std::string before, after;  // what it was and is, by name
};
// Nothing where rules, operators, static tokens and classes of tools are the same.
[[nodiscard]] std::optional<PolicyChange> policy_change(const Config& before, const Config& after);

}  // namespace doorward::app
