// Guard      identity.no_passthrough     Area 4, stages request, client_reply
// Defends    R4.5                        Hostile input: client (its own token, for a server to use)
// Denies     a message with the caller's own token anywhere inside, written in whatever way
// Passes     other text; the header never goes on, whatever a message says
// Limits     knows the token of this request only, and it as a whole
// Tested by  tests/areas/identity/no_passthrough.jsonl, tests/e2e/upstream_credentials.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class NoPassthrough : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
