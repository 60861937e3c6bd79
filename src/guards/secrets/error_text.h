// Guard      secrets.error_text          Area 7, stage response
// Defends    R7.7                        Hostile input: server (careless more often than hostile)
// Denies     nothing: an error's text with a stack, a path of the host, a secret or
//            instructions to the model is replaced as a whole
// Passes     {"code":-32602,"message":"unknown city"}; a path that the request itself named
// Limits     a tool's own error result loses its stack; a path that it names stays
// Tested by  tests/areas/secrets/error_text.jsonl, tests/e2e/attack_server.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class ErrorText : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
