#include "net/stream.h"

#include <openssl/x509v3.h>
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

}  // namespace doorward::net
