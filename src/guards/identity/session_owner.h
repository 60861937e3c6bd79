// Guard      identity.session_owner      Area 4, stages accept, request, client_reply
// Defends    R4.4                        Hostile input: client (a guessed or stolen session id)
// Denies     a session that another principal opened, with the answer of one that is not there
// Passes     a principal's own session
// Limits     does not know whose connection it is; see identity.token
// Tested by  tests/areas/identity/session_owner.jsonl, tests/e2e/sessions.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class SessionOwner : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
