// Doorward's own `initialize` with a server: for a session that stands behind one of a client's,
// and for a client that knows no sessions.
#pragma once

#include <string>

#include "net/call.h"

namespace doorward::net {

// Asks with `params`, a JSON object, accepts the revision that the server answers, and tells it
// that the session is open. Returns the judged answer. Errors: those of `ask`, and upstream.answer
// (an error, or a revision that is not served).
[[nodiscard]] Task<Expected<wire::Message>> open_session(Gateway& gateway, const CallFacts& facts,
                                                         std::string params, SteadyTime deadline);

// Sends a notification of Doorward's own, judged like a client's.
[[nodiscard]] Task<Expected<void>> notify(Gateway& gateway, const CallFacts& facts,
                                          wire::Method method, std::string params);

}  // namespace doorward::net
