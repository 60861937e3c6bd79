// `listen` and `admin` of doorward.yaml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config/config_values.h"

namespace doorward::app {

struct ListenTls {
  Path certificate;  // PEM, leaf first
  Path key;
  Path client_ca;  // empty = client certificates are not asked for
  bool operator==(const ListenTls&) const = default;
};

struct Listen {
  Address address{"127.0.0.1", 8080};
  std::string public_url;            // canonical URI (audience, metadata); "" = from the address
  std::vector<std::string> hosts;    // accepted Host beside loopback names, without port
  std::vector<std::string> origins;  // accepted Origin, `https://app.example`
  std::optional<ListenTls> tls;
  std::vector<std::string> trusted_proxies;  // IP or CIDR of load balancers that end TLS
  bool legacy_sse = false;
  std::string minimum_revision;  // oldest revision served, `YYYY-MM-DD`; "" = the oldest known
  bool operator==(const Listen&) const = default;
};

struct Admin {
  Address address{"127.0.0.1", 8081};
  std::string public_url;          // base of links for approvers; "" = from the address
  std::vector<std::string> hosts;  // accepted Host beside loopback names
  std::optional<ListenTls> tls;
  bool two_person = false;
  bool operator==(const Admin&) const = default;
};

}  // namespace doorward::app
