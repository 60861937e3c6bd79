// The rule tables. Patterns are written for views: unescaped, decoded text.
#pragma once

#include <span>

#include "detect/rule.h"

namespace doorward::detect {

[[nodiscard]] std::span<const Rule> instruction_rules();  // text that speaks to the model
[[nodiscard]] std::span<const Rule> guise_rules();        // the same in the guise of another
[[nodiscard]] std::span<const Rule> language_rules();     // the same in other languages
[[nodiscard]] std::span<const Rule>
definition_rules();  // what only tool definitions should not say
[[nodiscard]] std::span<const Rule> sql_rules();
[[nodiscard]] std::span<const Rule> command_rules();
[[nodiscard]] std::span<const Rule> markup_rules();
[[nodiscard]] std::span<const Rule> code_rules();  // templates, objects, XML, LDAP, evaluation
[[nodiscard]] std::span<const Rule> path_rules();  // paths, addresses, places of credentials
[[nodiscard]] std::span<const Rule> vendor_secret_rules();
[[nodiscard]] std::span<const Rule> generic_secret_rules();
[[nodiscard]] std::span<const Rule> pii_rules();
[[nodiscard]] std::span<const Rule> pii_number_rules();  // of numbers, for `has_dense_digits`

}  // namespace doorward::detect
