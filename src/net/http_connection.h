// One client connection: heads are admitted, bodies bounded, requests handed to their endpoint.
#pragma once

#include "net/call.h"
#include "net/http_stream.h"

namespace doorward::net {

// A request on its way through an endpoint: what it may read and how it answers.
class HttpExchange {
 public:
  HttpExchange(Gateway& of, HttpStream& on, Watchdog::Watch& by,
               const wire::HttpRequestHead& request, std::string from)
      : gateway(of), http(on), watch(by), head(request), peer(std::move(from)) {}

  // The body, within `limit` bytes and the body's time. Errors: those of HttpStream::read_body;
  // http.no_room (as many bytes are under way as may be).
  [[nodiscard]] Task<Expected<std::string>> read_body(size_t limit);
  // Answers with a body of `type`; at most once. Ends keep-alive where the body was not read.
  [[nodiscard]] Task<> answer(core::Cleared body, wire::ResponseFrame frame);
  // Head of an event stream; then events, then `end_stream`.
  [[nodiscard]] Task<bool> open_stream(std::string_view session_id);
  [[nodiscard]] Task<bool> put(core::Cleared framed);  // false when the client is gone

  Gateway& gateway;
  HttpStream& http;
  Watchdog::Watch& watch;
  const wire::HttpRequestHead& head;
  const std::string peer;
  std::string owner;                  // key of the principal that it was admitted for
  std::optional<Buffers::Room> room;  // until the exchange ends
  bool body_read = false;
  bool keep_alive = true;
  bool gone = false;
  std::string dpop_nonce;  // goes with the answer (RFC 9449 section 8)
};

// A refusal of the accept stage or of a fault in HTTP itself.
[[nodiscard]] wire::ResponseFrame refusal_frame(const core::Verdict& verdict);

// Serves `socket` until it ends. `listener` says which side it is.
[[nodiscard]] Task<> serve_connection(Gateway& gateway, Stream::Socket socket,
                                      core::Listener listener, std::string peer,
                                      std::shared_ptr<asio::ssl::context> tls);

}  // namespace doorward::net
