// Formats of keys and tokens that name their maker, written from the makers' public descriptions.
#include "detect/rules_secret_vendor.h"

#include <vector>

#include "detect/rules.h"

namespace doorward::detect {

std::span<const Rule> vendor_secret_rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> rules;
    for (const auto table :
         {host_secret_rules(), service_secret_rules(), key_secret_rules(), named_secret_rules()})
      rules.insert(rules.end(), table.begin(), table.end());
    return rules;
  }();
  return all;
}

}  // namespace doorward::detect
