// From a message of the merged endpoint's client to the server that it is for.
//
// Tools and prompts go by their merged name, resources by their URI, a completion with the prompt
// or resource that it is for, replies and cancellations with what they answer. What could be for
// two servers is for none and is refused like what is not known (R3.3). The message that goes to a
// server is the client's with the server's own name in it; that one is judged.
#pragma once

#include "net/call.h"

namespace doorward::net {

// As run_request and run_one_way; `facts.route` is the merged endpoint's.
[[nodiscard]] Task<bool> run_merged_request(Gateway&, CallFacts, wire::Message, ClientSide&);
[[nodiscard]] Task<std::optional<core::Refusal>> run_merged_one_way(Gateway&, CallFacts,
                                                                    wire::Message);

}  // namespace doorward::net
