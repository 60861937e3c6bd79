// What a new configuration would change of the log, and how an entry says it (R8.4).
#pragma once

#include <string>

#include "app/config/config.h"

namespace doorward::app {

// What it takes from the log, or from the signing of policy and definitions, in words; "" where it
// takes nothing.
[[nodiscard]] std::string what_is_lowered(const Config& before, const Config& after);

// What else takes two people where `admin.two_person` is set: policy, guards, identity.
[[nodiscard]] std::string what_is_guarded(const Config& before, const Config& after);

// Lines that stand in one text alone, without secrets.
struct Change {
  std::string before, after;
};
[[nodiscard]] Change changed_lines(std::string_view before, std::string_view after);

// An admin other than the built-in operator, whose token lies beside the configuration.
[[nodiscard]] bool second_admin_is_there(const Config& config);

}  // namespace doorward::app
