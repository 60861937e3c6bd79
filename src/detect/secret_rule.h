// How a maker's format is written down: a trigger is the fixed part, the pattern is the whole.
#pragma once

#include "detect/rule.h"
#include "detect/secret_checks.h"

namespace doorward::detect {

constexpr Rule vendor(std::string_view id, const char* trigger, const char* pattern,
                      Check check = varied, int group = 0) {
  return Rule{id,        Kind::secret, Certainty::certain,
              6.0,       pattern,      kAllChannels,
              kAllRoles, trigger,      true,
              group,     check,        true};
}

}  // namespace doorward::detect
