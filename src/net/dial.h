// Connecting outwards, two ways: to what the operator stated, wherever that is, and to what
// somebody else supplied, which has to be public. There is no third.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "net/http_stream.h"
#include "wire/http.h"

namespace doorward::net {

class Cancellation;

// Whose word an address is.
enum class Stated : uint8_t {
  by_operator,  // may be private; see `operator_may_mean`
  by_stranger,  // https, a public address; resolved once, and that address is dialled
};

struct Dial {
  const wire::Url& url;
  std::shared_ptr<asio::ssl::context> tls;  // of an https URL
  Stated stated = Stated::by_stranger;
  SteadyTime deadline{};
  std::shared_ptr<Cancellation> cancellation = nullptr;  // ends the attempt
};

// Errors: dial.refused (scheme or address), dial.name, dial.connect (or it was cancelled),
// dial.tls.
[[nodiscard]] Task<Expected<std::unique_ptr<HttpStream>>> dial(Dial given);

// False for loopback, private, link-local, shared, multicast, documentation and reserved ranges,
// and for what carries an IPv4 address inside (mapped, 6to4, NAT64): RFC 6890 and its registries.
[[nodiscard]] bool is_public(const asio::ip::address& address);

// What `host`, a name or literal (IPv6 in brackets) that the operator stated, may turn out to be:
// any public or private address, and a loopback one only where the host says so itself. Never
// link-local ones (the metadata of a cloud), its IPv6 and carrier twins, multicast, broadcast and
// the unspecified one. So a name that somebody else answers for does not lead to this host's own
// services (R10.3).
[[nodiscard]] bool operator_may_mean(std::string_view host, const asio::ip::address& address);

}  // namespace doorward::net
