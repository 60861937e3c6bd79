// What the rules say of a resource, whichever way its URI is spelled: the strictest decision of all
// forms in which programs read it (policy/resource_forms.h).
//
// Tested by tests/unit/policy/resource_decision.cc, tests/areas/privilege/authorize.jsonl
#pragma once

#include <string>
#include <vector>

#include "policy/resource_forms.h"
#include "policy/rules.h"

namespace doorward::policy {

// What a server's list calls the resource.
struct ResourceNames {
  std::string exact;              // of this very URI; "" where it lists none
  std::vector<std::string> near;  // of what it lists under another spelling of it
};

// `action.uri` as sent; its name is taken from `names`. With `any_call` as in Rules::decide.
[[nodiscard]] Decision decide_resource(const Rules& rules, const Subject& subject,
                                       const Action& action, const ResourceForms& forms,
                                       const ResourceNames& names, bool any_call = false);
// Every rule that holds one of its forms.
[[nodiscard]] std::vector<std::string_view> rules_that_hold(const Rules& rules,
                                                            const Subject& subject,
                                                            const Action& action,
                                                            const ResourceForms& forms,
                                                            const ResourceNames& names);

}  // namespace doorward::policy
