// The parts of the tables of secrets.
#pragma once

#include <span>

#include "detect/rule.h"

namespace doorward::detect {

[[nodiscard]] std::span<const Rule> host_secret_rules();     // code, packages, builds, clouds
[[nodiscard]] std::span<const Rule> service_secret_rules();  // models, payments, messages
[[nodiscard]] std::span<const Rule> key_secret_rules();      // private keys, tokens, hashes
[[nodiscard]] std::span<const Rule> named_secret_rules();    // by the maker's name beside it

[[nodiscard]] std::span<const Rule> form_secret_rules();  // by the form around them

}  // namespace doorward::detect
