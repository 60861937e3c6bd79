// Every id that a finding's rule can have, for whoever names one in a configuration.
#pragma once

#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

// Sorted, each once.
[[nodiscard]] const std::vector<std::string_view>& rule_names();
[[nodiscard]] bool is_rule(std::string_view id);
// Of a known id; of any other, instruction.
[[nodiscard]] Kind kind_of_rule(std::string_view id);
// Of kind `address`: where a cloud keeps credentials, or an address that may well be that one. The
// others lead inside or past a check.
[[nodiscard]] bool is_metadata_rule(std::string_view id);

}  // namespace doorward::detect
