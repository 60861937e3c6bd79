// Hosts in every spelling that some resolver takes: decimal, octal, hex, short, IPv6-mapped.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "detect/rule.h"

namespace doorward::detect {

enum class Reach : uint8_t { outside, loopback, inside, link_local, metadata };

struct HostFacts {
  Reach reach = Reach::outside;
  bool odd = false;  // not the plain spelling of that address
};

// What inet_aton takes: one to four numbers, each decimal, octal or hex.
[[nodiscard]] std::optional<uint32_t> lenient_ipv4(std::string_view host, bool& odd);
// Where a host leads by its spelling alone; names other than `localhost` lead outside.
[[nodiscard]] HostFacts host_facts(std::string_view host);
// The host of a URL or of `//host`, without user, port and brackets; "" when there is none.
[[nodiscard]] std::string_view host_of(std::string_view url);

// For the rule url.odd_address: the match names an inner address in an odd spelling.
[[nodiscard]] bool odd_address_in(const Match& match);

}  // namespace doorward::detect
