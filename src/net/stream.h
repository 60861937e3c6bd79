// A connection: TCP or unix socket, with TLS or without. Reading is open to all; writing is the
// business of writer.h alone.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "net/asio.h"

namespace doorward::net {

class Stream {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] Task<std::tuple<error_code, size_t>> read_some(asio::mutable_buffer into) {
    return tls_ ? tls_->async_read_some(into, kTuple) : socket_.async_read_some(into, kTuple);
  }
  // Server side. `context` must outlive the stream.
  [[nodiscard]] Task<error_code> accept_tls(asio::ssl::context& context);
  // Client side: sends SNI for `host` and verifies chain and host name.
  [[nodiscard]] Task<error_code> connect_tls(asio::ssl::context& context, const std::string& host);

  // Ends both directions at once; pending operations fail.
  void close() noexcept;
  // True when the peer has not closed and nothing unread waits: fit for a new request.
  [[nodiscard]] bool is_idle_and_open();
  // The peer has closed its side, whatever of it is unread.
  [[nodiscard]] bool is_left();
  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
  [[nodiscard]] SSL* tls_connection() { return tls_ ? tls_->native_handle() : nullptr; }
  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  template <class Sink>
  friend Task<error_code> write_buffers(Sink&, std::string_view, std::string_view);
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
};

// Waits until the peer closes its side of a stream that is not read meanwhile: true. False once
// `over` says that nobody waits for that any more; the stream may be gone then, and is not touched.
// What the peer sends before it closes stays where it is.
[[nodiscard]] Task<bool> peer_left(Stream& stream, std::function<bool()> over);

}  // namespace doorward::net
