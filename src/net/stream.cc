#include "net/stream.h"

#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace doorward::net {

Task<error_code> Stream::accept_tls(asio::ssl::context& context) {
  tls_.emplace(socket_, context);
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kTuple);
  co_return error;
}

Task<error_code> Stream::connect_tls(asio::ssl::context& context, const std::string& host) {
  tls_.emplace(socket_, context);
  if (SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str()) != 1)
    co_return asio::error::invalid_argument;
  tls_->set_verify_mode(asio::ssl::verify_peer);
  // The name has to stand in subjectAltName: what else a certificate calls itself is no host
  // (RFC 9525 section 2).
  X509_VERIFY_PARAM* const asked = SSL_get0_param(tls_->native_handle());
  X509_VERIFY_PARAM_set_hostflags(
      asked, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(asked, host.c_str()) != 1 &&
      X509_VERIFY_PARAM_set1_host(asked, host.data(), host.size()) != 1)
    co_return asio::error::invalid_argument;
  tls_->set_verify_callback(asio::ssl::host_name_verification(host));
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kTuple);
  co_return error;
}

void Stream::close() noexcept {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

bool Stream::is_idle_and_open() {
  char byte = 0;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool Stream::is_left() {
  pollfd look{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&look, 1, 0) > 0 &&
         (look.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

Task<bool> peer_left(Stream& stream, std::function<bool()> over) {
  constexpr std::chrono::milliseconds kLook{250};
  auto [error] = co_await stream.socket().async_wait(asio::socket_base::wait_read, kTuple);
  if (over()) co_return false;
  if (error || stream.is_left()) co_return true;
  // Bytes of a next request, which is not read before this one has its answer. They would make the
  // stream readable again and again: it is looked at now and then.
  asio::steady_timer timer(stream.executor());
  for (;;) {
    timer.expires_after(kLook);
    co_await timer.async_wait(kTuple);
    if (over()) co_return false;
    if (stream.is_left()) co_return true;
  }
}

}  // namespace doorward::net
