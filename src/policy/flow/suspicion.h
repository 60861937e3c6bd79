// Whether a text of outsiders speaks to the agent instead of to its reader: it overrides what was
// asked, pretends to be the user or the system, names tools, tells to keep quiet.
//
// This is a matter of odds and decides nothing alone. It makes the judgement of a task stricter: in
// a task that has read such a text nothing counts but the person's own words (judge.h).
#pragma once

#include <string_view>

#include "policy/flow/intent.h"
#include "policy/flow/words.h"

namespace doorward::policy::flow {

// Points of evidence; kHostile and more is a text that speaks to the agent.
inline constexpr int kHostile = 3;
[[nodiscard]] int suspicion(std::string_view text, const Words& words);

// What sentences of it tell to do (`Please send …`). Bills and friends do so too.
struct Orders {
  bool any = false;
  Acts acts;  // of which families their verbs are
};
[[nodiscard]] Orders orders_of(std::string_view text, const Words& words);

}  // namespace doorward::policy::flow
