// The link to a held call's approval, handed to the person behind a client that takes links (URL
// elicitation): as a request of Doorward's own where clients have sessions, inside the result where
// they have none. It only opens the page where an operator answers; what the client says to it
// approves nothing.
//
// Tested by tests/e2e/approval_links.test.mjs
#pragma once

#include "net/call.h"

namespace doorward::net {

// Where the client's revision has results that ask for input: whether this refusal is one. Not for
// a call that answers such a result already: a client that asks again at once would go in circles.
[[nodiscard]] bool may_ask_in_result(const CallFacts& facts, const wire::Message& request,
                                     const core::Verdict& verdict);

// Where clients have sessions: asks, once for each approval and session. Returns at once; the
// answer belongs to nothing that is under way.
Task<> ask_to_open(Gateway& gateway, const core::Pipeline& pipeline, const CallFacts& facts,
                   const core::Verdict& verdict, ClientSide& side);

// Cuts the client's answer to such a result out of what goes to the server.
void cut_approval_input(const wire::Message& request, std::vector<wire::Edit>& edits);

}  // namespace doorward::net
