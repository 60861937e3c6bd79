// How the gateway proves itself to an authorization server (RFC 6749 section 2.3).
#pragma once

#include "net/outbound.h"

namespace doorward::app {

// By HTTP Basic, or in the form where the server takes nothing else.
void authenticate(net::OutboundRequest& request, std::string_view client_id,
                  const Secret<>& client_secret, bool by_post);

}  // namespace doorward::app
