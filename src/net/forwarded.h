// Load balancers that end TLS: what they say of their client is believed, of nobody else's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/asio.h"
#include "wire/http.h"

namespace doorward::net {

// Addresses and CIDR ranges.
class Networks {
 public:
  // Errors: net.network (no address and no range).
  [[nodiscard]] static Expected<Networks> parse(const std::vector<std::string>& texts);
  [[nodiscard]] bool contains(std::string_view address) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  struct Range {
    asio::ip::address_v6 base;  // IPv4 as a mapped address
    unsigned bits = 128;
  };
  std::vector<Range> ranges_;
};

struct ClientSeen {
  std::string address;
  bool secure = false;
};
// Who sent this request, where `peer` may be a trusted proxy: the last address of X-Forwarded-For
// that is none itself, and TLS as X-Forwarded-Proto says. Nobody else's fields are read.
[[nodiscard]] ClientSeen client_seen(std::string_view peer, bool tls,
                                     const wire::HttpRequestHead& head, const Networks& trusted);

}  // namespace doorward::net
