// Guard      transport.open_request      Area 5, stages response, server_message, client_reply
// Defends    R5.6                        Hostile input: server and client (unsolicited messages)
// Denies     an answer to no open request; a server's request outside a call, or one whose
//            capability (mode of elicitation, tools in sampling) the client did not declare; an
//            elicitation of an unknown mode or with a form that is not flat
// Passes     what belongs to an open request of the same session; roots/list and ping
// Limits     what an asked-for message says is judged by others
// Tested by  tests/areas/transport/open_request.jsonl, tests/e2e/server_requests.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class OpenRequest : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
