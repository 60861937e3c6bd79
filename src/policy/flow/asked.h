// Which actions a person's words ask for: a verb that asks, not every word that could be one. "Pay
// my rent", "could you pay it" and "I want you to pay" ask for it; "my monthly pay", "don't pay
// them", "which bills do I have to pay?" don't.
#pragma once

#include <string_view>

#include "policy/flow/intent.h"

namespace doorward::policy::flow {

// English, by the words around each verb. Looking things up (`Act::fetch`) counts wherever a word
// of it stands and is not denied.
[[nodiscard]] Acts acts_asked_for(std::string_view prompt);

}  // namespace doorward::policy::flow
