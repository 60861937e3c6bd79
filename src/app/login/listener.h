// The loopback address that an authorization server sends a person's browser back to (RFC 8252
// section 7.3): up for one login, for as long as it may take.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "app/login/redirect.h"
#include "net/asio.h"

namespace doorward::app {

class RedirectListener {
 public:
  // On 127.0.0.1; port 0 picks a free one. `path` is the only one that is answered.
  // Errors: login.listen.
  [[nodiscard]] static Expected<RedirectListener> open(const net::asio::any_io_executor& executor,
                                                       uint16_t port, std::string path);
  [[nodiscard]] const std::string& uri() const { return uri_; }
  // Closed once the awaited answer came, or time is up. `tell`: half a minute went by; how much is
  // left. Errors: login.timeout, and those of AwaitedAnswer.
  [[nodiscard]] net::Task<Expected<Secret<>>> wait(
      AwaitedAnswer answer, std::chrono::seconds patience,
      std::function<void(std::chrono::seconds left)> tell);

 private:
  RedirectListener(net::asio::ip::tcp::acceptor acceptor, std::string path);
  net::asio::ip::tcp::acceptor acceptor_;
  std::string path_, uri_, host_;
};

}  // namespace doorward::app
