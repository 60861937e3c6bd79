// Streamable HTTP: POST, GET and DELETE on /mcp/NAME.
#pragma once

#include "net/http_connection.h"

namespace doorward::net {

// The session that the request's head names; nothing when it names none.
struct NamedSession {
  std::string_view id;
  std::shared_ptr<Session> session;
};
[[nodiscard]] NamedSession named_session(Gateway& gateway, const wire::HttpRequestHead& head);

[[nodiscard]] Task<> serve_mcp(HttpExchange& exchange, const core::Admission& admission,
                               const ServerRoute& route, NamedSession named);

}  // namespace doorward::net
