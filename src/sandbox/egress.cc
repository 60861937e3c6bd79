#include "sandbox/egress.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace doorward::sandbox {
namespace {

using Six = std::array<uint8_t, 16>;

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

std::optional<uint32_t> four(std::string_view text) {
  in_addr address{};
  if (text.size() > 15 || inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) {
    return std::nullopt;
  }
  return ntohl(address.s_addr);
}

std::optional<Six> six(std::string_view text) {
  Six address{};
  if (text.size() > 45 || inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

bool in(uint32_t address, uint32_t net, int bits) {
  return (address ^ net) >> (32 - bits) == 0;
}

constexpr uint32_t ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

Place place_of_four(uint32_t a) {
  if (a == ip(169, 254, 169, 254) || a == ip(169, 254, 170, 2) || a == ip(100, 100, 100, 200) ||
      a == ip(168, 63, 129, 16) || a == ip(192, 0, 0, 192)) {
    return Place::metadata;
  }
  if (in(a, ip(127, 0, 0, 0), 8)) return Place::loopback;
  if (in(a, ip(169, 254, 0, 0), 16)) return Place::link_local;
  if (in(a, ip(10, 0, 0, 0), 8) || in(a, ip(172, 16, 0, 0), 12) || in(a, ip(192, 168, 0, 0), 16) ||
      in(a, ip(100, 64, 0, 0), 10)) {
    return Place::private_;
  }
  if (in(a, ip(224, 0, 0, 0), 4)) return Place::multicast;
  // This network, protocol assignments, documentation, 6to4 relays, benchmarks, the future.
  if (in(a, 0, 8) || in(a, ip(192, 0, 0, 0), 24) || in(a, ip(192, 0, 2, 0), 24) ||
      in(a, ip(192, 88, 99, 0), 24) || in(a, ip(198, 18, 0, 0), 15) ||
      in(a, ip(198, 51, 100, 0), 24) || in(a, ip(203, 0, 113, 0), 24) ||
      in(a, ip(240, 0, 0, 0), 4)) {
    return Place::reserved;
  }
  return Place::global;
}

uint32_t word(const Six& a, size_t at) {
  return ip(a[at], a[at + 1], a[at + 2], a[at + 3]);
}

bool starts(const Six& a, std::initializer_list<uint8_t> head) {
  return std::equal(head.begin(), head.end(), a.begin());
}

Place place_of_six(const Six& a) {
  static constexpr Six kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (a == kLoopback) return Place::loopback;
  const bool zero96 = std::all_of(a.begin(), a.begin() + 12, [](uint8_t b) { return b == 0; });
  if (starts(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) || zero96) {
    return place_of_four(word(a, 12));
  }
  if (starts(a, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return place_of_four(word(a, 12));
  if (starts(a, {0x20, 0x02})) return place_of_four(word(a, 2));
  if (starts(a, {0x20, 0x01, 0, 0})) return place_of_four(~word(a, 12));
  // EC2's IPv6 metadata service and its name servers.
  if (starts(a, {0xFD, 0x00, 0x0E, 0xC2})) return Place::metadata;
  if ((a[0] & 0xFE) == 0xFC) return Place::private_;
  if (a[0] == 0xFE && (a[1] & 0xC0) == 0x80) return Place::link_local;
  if (a[0] == 0xFE && (a[1] & 0xC0) == 0xC0) return Place::private_;  // site-local, RFC 3879
  if (a[0] == 0xFF) return Place::multicast;
  if (starts(a, {0x20, 0x01, 0x0D, 0xB8}) || starts(a, {0x3F, 0xFF, 0x00})) return Place::reserved;
  // Only 2000::/3 is handed out.
  return (a[0] & 0xE0) == 0x20 ? Place::global : Place::reserved;
}

std::unexpected<Error> bad(const NetworkRule& rule, const char* why) {
  return failure("sandbox.plan", Fault::client, "network `" + rule.host + "`: " + why);
}

}  // namespace

std::optional<std::string> canonical_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return std::nullopt;
  std::string name(host);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::string_view rest = name;
  std::string_view label;
  for (;;) {
    const size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return std::nullopt;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // Without a letter in the last label it is a spelling of an address (`1.2`, `0x7f.1` has one:
  // hexadecimal is caught by its `0x`).
  if (std::ranges::none_of(label, is_letter) || label.starts_with("0x")) return std::nullopt;
  return name;
}

std::optional<std::string> canonical_literal(std::string_view host) {
  if (host.find('\0') != std::string_view::npos) return std::nullopt;
  char text[INET6_ADDRSTRLEN];
  if (const auto a = four(host)) {
    const uint32_t network = htonl(*a);
    return std::string(inet_ntop(AF_INET, &network, text, sizeof text));
  }
  if (const auto a = six(host))
    return std::string(inet_ntop(AF_INET6, a->data(), text, sizeof text));
  return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
  std::string_view host, port;
  if (text.starts_with('[')) {
    const size_t end = text.find("]:");
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    port = text.substr(end + 2);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  } else {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 ||
      port.front() == '0') {
    return std::nullopt;
  }
  if (auto literal = canonical_literal(host)) return Target{std::move(*literal), number};
  if (auto name = canonical_name(host)) return Target{std::move(*name), number};
  return std::nullopt;
}

Expected<void> check_rule(const NetworkRule& rule) {
  if (rule.port == 0) return bad(rule, "a port from 1 to 65535 is needed");
  if (const auto literal = canonical_literal(rule.host)) {
    if (*literal != rule.host) return bad(rule, "write the address in its usual form");
    switch (place_of(rule.host)) {
      case Place::metadata:
        return bad(rule, "metadata services are never reachable");
      case Place::link_local:
      case Place::multicast:
        return bad(rule, "link-local and multicast are never reachable");
      case Place::loopback:
        if (!rule.forward) return bad(rule, "loopback is the server's own; write `forward:`");
        return {};
      default:
        return {};
    }
  }
  if (rule.host == "localhost") {
    if (!rule.forward) return bad(rule, "loopback is the server's own; write `forward:`");
    return {};
  }
  std::string_view name = rule.host;
  if (name.starts_with("*.")) {
    if (rule.forward) return bad(rule, "a forward needs one host");
    name.remove_prefix(2);
    if (name.find('.') == std::string_view::npos) return bad(rule, "a whole top-level domain");
  }
  const auto canonical = canonical_name(name);
  if (!canonical || *canonical != name)
    return bad(rule, "neither a lower-case host name nor an address");
  return {};
}

const NetworkRule* rule_for(const std::vector<NetworkRule>& rules, const Target& target) {
  const auto names = [&](const NetworkRule& rule) {
    if (rule.forward || rule.port != target.port) return false;
    if (!rule.host.starts_with("*.")) return rule.host == target.host;
    if (canonical_literal(target.host)) return false;
    const std::string_view end = std::string_view(rule.host).substr(1);
    return target.host.size() > end.size() && target.host.ends_with(end);
  };
  const auto found = std::ranges::find_if(rules, names);
  return found == rules.end() ? nullptr : &*found;
}

bool permits(const std::vector<NetworkRule>& rules, const Target& target) {
  return rule_for(rules, target) != nullptr;
}

std::string_view name_of(Place place) {
  switch (place) {
    case Place::global:
      return "global";
    case Place::loopback:
      return "loopback";
    case Place::private_:
      return "private";
    case Place::link_local:
      return "link-local";
    case Place::metadata:
      return "metadata";
    case Place::multicast:
      return "multicast";
    case Place::reserved:
      return "reserved";
    case Place::invalid:
      break;
  }
  return "invalid";
}

Place place_of(std::string_view literal) {
  if (literal.find('\0') != std::string_view::npos) return Place::invalid;
  if (const auto a = four(literal)) return place_of_four(*a);
  if (const auto a = six(literal)) return place_of_six(*a);
  return Place::invalid;
}

bool may_dial(const NetworkRule& rule, std::string_view address) {
  const auto canonical = canonical_literal(address);
  if (!canonical) return false;
  const Place place = place_of(*canonical);
  const bool listed = rule.host == *canonical;
  switch (place) {
    case Place::global:
      return true;
    case Place::loopback:
      return rule.forward && (listed || rule.host == "localhost");
    case Place::private_:
    case Place::reserved:
      return listed;
    default:
      return false;
  }
}

}  // namespace doorward::sandbox
