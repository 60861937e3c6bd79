// Guard      transport.header_equals_body  Area 5, stages request, client_reply
// Defends    R5.4                        Hostile input: client (header safe tool, body another)
// Denies     Mcp-Name: safe_tool         {"method":"tools/call","params":{"name":"other"}}
// Passes     headers that equal the body, or none where the revision asks for none
// Limits     compares; whether the tool may be called is privilege.authorize's business
// Tested by  tests/areas/transport/header_equals_body.jsonl, tests/e2e/transport.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class HeaderEqualsBody : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
