// The transport that MCP had before Streamable HTTP ("HTTP with SSE"), for clients that know no
// other: `legacy_sse: true`. A GET opens a session and a stream that brings everything; its first
// event names the address to post to, which holds the session's id. That id is a secret, but opens
// nothing by itself: every POST needs the credential of the session's owner (R4.4).
#pragma once

#include <atomic>

#include "net/http_connection.h"

namespace doorward::net {

class OldestTransport {
 public:
  // Off until it is allowed. For the whole process.
  static void allow(bool on) { allowed_.store(on); }
  [[nodiscard]] static bool allowed() { return allowed_.load(); }

  // The session id in the address of such a POST; "" where it names none. "?" where what stands
  // there can't be one.
  [[nodiscard]] static std::string_view session_in(const wire::HttpRequestHead& head);
  // A session that was opened this way; no other one can be named by an address.
  [[nodiscard]] static bool is_of(const Session& session) {
    return session.carrier() == core::Carrier::stdio;  // one channel for all, and no headers
  }

 private:
  static inline std::atomic<bool> allowed_{false};
};

// Opens a session and serves its stream; both end together.
[[nodiscard]] Task<> serve_oldest_stream(HttpExchange& exchange, const core::Admission& admission,
                                         const ServerRoute& route);
// Takes a message of such a session. Nothing: it is on its way, and its answer comes on the stream.
[[nodiscard]] Task<std::optional<core::Refusal>> take_oldest_post(HttpExchange& exchange,
                                                                  const ServerRoute& route,
                                                                  std::shared_ptr<Session> session,
                                                                  wire::Message message);

}  // namespace doorward::net
