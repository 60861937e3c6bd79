// The wire of an attacker: any bytes to an address, and what came back. It is no part of a gateway:
// nothing that a gateway sends goes through here (docs/adr/0002).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/asio.h"

namespace doorward::app::redteam {

struct Place {
  std::string address;  // an IP address
  uint16_t port = 0;
  std::shared_ptr<net::asio::ssl::context> tls;  // null: none
  std::string server_name;                       // for TLS
};

struct Reply {
  int status = 0;       // 0: the connection was closed without an answer
  std::string head;     // as it came
  std::string body;     // without framing
  std::string message;  // the JSON-RPC answer in it; "" where there is none
};

// Sends `bytes` and reads one answer, within some seconds. Errors: redteam.unreachable (nobody
// takes the connection), redteam.silent (neither an answer nor an end).
[[nodiscard]] Expected<Reply> attack(const Place& place, std::string bytes);

// TLS that trusts the certificates in `file` and nothing else, whatever name they are for: the
// attacker stands where the gateway is configured. Errors: redteam.tls.
[[nodiscard]] Expected<std::shared_ptr<net::asio::ssl::context>> trusting(const std::string& file);

}  // namespace doorward::app::redteam
