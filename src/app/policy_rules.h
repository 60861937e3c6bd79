// The rules of a configuration as the rule engine takes them: for the gateway, and for the commands
// that explain it.
#pragma once

#include "app/config/config.h"
#include "policy/rules.h"

namespace doorward::app {

// Whether a rule of that effect can have these `arguments`, JSON text. Errors: policy.root,
// schema.*, json.*.
[[nodiscard]] Expected<void> check_arguments(std::string_view schema, policy::Effect effect);

// Errors: policy.duplicate_id, policy.arguments.
[[nodiscard]] Expected<policy::Rules> compile_rules(const Config& config);

}  // namespace doorward::app
