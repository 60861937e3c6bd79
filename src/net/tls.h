// TLS contexts, both ways: 1.2 at least, chain and host name always verified. There is no switch
// that skips it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "core/principal.h"
#include "net/asio.h"

namespace doorward::net {

struct ServerTls {
  std::string certificate, key;  // PEM files
  std::string client_ca;         // "" = client certificates are not asked for
  bool client_optional = false;  // a client may show none: another credential is accepted
};
struct ClientTls {
  std::string ca;                       // "" = the system's
  std::string certificate, key;         // "" = none
  std::vector<std::string> pin_sha256;  // base64 of SubjectPublicKeyInfo digests; one must fit
  // Asked once a chain is verified: who stands at its top, as `sha256:`, the base64 digest of that
  // key and, behind a space, its name in visible ASCII. False refuses the connection.
  std::function<bool(std::string issuer)> meets = nullptr;
};

// Errors: net.tls (which file, and why).
[[nodiscard]] Expected<std::shared_ptr<asio::ssl::context>> server_tls(const ServerTls&);
[[nodiscard]] Expected<std::shared_ptr<asio::ssl::context>> client_tls(const ClientTls&);

// The peer's certificate as `connection` verified it; nothing without one.
[[nodiscard]] std::optional<core::ClientCertificate> peer_certificate(SSL* connection);

}  // namespace doorward::net
