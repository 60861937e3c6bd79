// A client on this process's own standard input and output: `doorward wrap`.
#pragma once

#include "net/call.h"

namespace doorward::net {

// Serves one session until the input ends or the process is told to stop. Descriptors are
// borrowed. `server` is the one that the client sees; "" for all.
[[nodiscard]] Task<> serve_stdio(Gateway& gateway, int input, int output, core::Principal principal,
                                 std::string server);

}  // namespace doorward::net
