// An event stream to a client: what a session keeps for it, as it comes, for as long as it listens.
#pragma once

#include "net/http_connection.h"

namespace doorward::net {

// Sends the events of `log` behind number `seen`, after `first` where there is one (a whole chunk),
// until the client leaves, the log is closed or the session ends.
[[nodiscard]] Task<> follow(HttpExchange& exchange, std::shared_ptr<Session> session,
                            std::shared_ptr<EventLog> log, uint64_t seen,
                            std::optional<core::Cleared> first);

// Keeps what the server says outside any request in the session's own stream, until `stop`. Waits
// for the session to be initialized. Owns what it uses.
[[nodiscard]] Task<> hear(Gateway& gateway, std::shared_ptr<Session> session,
                          std::shared_ptr<std::atomic<bool>> stop);

}  // namespace doorward::net
