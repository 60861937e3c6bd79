// One connection to a syslog receiver that the operator stated (RFC 5425 over TLS, RFC 6587 octet
// counting), kept open. Syslog acknowledges nothing: what was written counts as received once the
// connection is seen open later on.
#pragma once

#include <memory>

#include "core/cleared.h"
#include "net/dial.h"

namespace doorward::net {

// Everything on the executor of one I/O thread, one call at a time.
class SyslogConnection {
 public:
  // `url`: https for TLS, http for plain TCP; its host and port count alone.
  SyslogConnection(wire::Url url, std::shared_ptr<asio::ssl::context> tls)
      : url_(std::move(url)), tls_(std::move(tls)) {}

  // The connection over which all was written so far is open.
  [[nodiscard]] Task<bool> holds();
  // Errors: those of dial, syslog.write.
  [[nodiscard]] Task<Expected<void>> send(core::Cleared frames);
  [[nodiscard]] Task<> close();

 private:
  struct Open {
    std::unique_ptr<HttpStream> http;
    bool gone = false;  // the receiver closed it
  };
  static Task<> watch_end(std::shared_ptr<Open> open);
  void end();

  wire::Url url_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::shared_ptr<Open> open_;
};

}  // namespace doorward::net
