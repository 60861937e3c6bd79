// Hosts, ports and URLs (RFC 3986). A host that two parsers could read as different addresses is
// refused: numbers in other forms than a plain dotted quad, zone ids, escapes, non-ASCII letters.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {
constexpr size_t kHostBytes = 253;  // RFC 1035 section 2.3.4, without the root's dot

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), syntax::lower);
  return result;
}

// Four decimal numbers up to 255 without leading zeros; the bytes, or nothing.
std::optional<std::array<uint8_t, 4>> dotted_quad(std::string_view text) {
  std::array<uint8_t, 4> bytes{};
  for (size_t i = 0; i < 4; ++i) {
    const size_t size = i < 3 ? text.find('.') : text.size();
    if (size == std::string_view::npos || size == 0 || size > 3) return std::nullopt;
    if (size > 1 && text[0] == '0') return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, size)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    if (number > 255) return std::nullopt;
    bytes[i] = static_cast<uint8_t>(number);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return bytes;
}

std::optional<in6_addr> ipv6_in_brackets(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return std::nullopt;
  // A NUL would end the text early for inet_pton.
  if (!syntax::all(host, syntax::kHost)) return std::nullopt;
  in6_addr address{};
  const std::string inner(host.substr(1, host.size() - 2));
  if (inet_pton(AF_INET6, inner.c_str(), &address) != 1) return std::nullopt;
  return address;
}

// WHATWG URL section 3.5: a last label of digits, or `0x` and hexadecimal digits, makes resolvers
// read the whole host as an IPv4 address. A dot at the end does not count.
bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view label = host.substr(host.rfind('.') + 1);
  const bool digits = std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
  if (label.starts_with("0x") || label.starts_with("0X")) {
    label.remove_prefix(2);
    return std::ranges::all_of(label, [](char c) { return syntax::hex_digit(c) >= 0; });
  }
  return digits;
}

bool good_name(std::string_view host) {
  if (host.empty() || host.size() > kHostBytes || host.front() == '.') return false;
  if (host.find("..") != std::string_view::npos || host.find_first_of("[]:") != host.npos)
    return false;
  return syntax::all(host, syntax::kHost) && (!ends_in_number(host) || dotted_quad(host));
}

std::optional<uint16_t> port_number(std::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  uint32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint32_t>(c - '0');
  }
  if (number == 0 || number > 65535) return std::nullopt;
  return static_cast<uint16_t>(number);
}
}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  if (!syntax::escapes_are_whole(text)) return std::nullopt;
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    decoded +=
        static_cast<char>(syntax::hex_digit(text[i + 1]) * 16 + syntax::hex_digit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

std::optional<Authority> parse_authority(std::string_view text) {
  size_t size = text.find(':');
  if (text.starts_with('[')) {
    size = text.find(']');
    if (size == std::string_view::npos) return std::nullopt;
    ++size;
  }
  size = std::min(size, text.size());
  const std::string_view host = text.substr(0, size);
  const std::string_view behind = text.substr(size);
  if (host.starts_with('[') ? !ipv6_in_brackets(host) : !good_name(host)) return std::nullopt;
  Authority authority{lower_case(host), 0};
  if (behind.empty()) return authority;
  if (behind.front() != ':') return std::nullopt;
  const auto port = port_number(behind.substr(1));
  if (!port) return std::nullopt;
  authority.port = *port;
  return authority;
}

uint16_t Url::port() const {
  if (authority.port != 0) return authority.port;
  if (scheme == "https") return 443;
  return scheme == "http" ? 80 : 0;
}

std::string Url::origin() const {
  std::string result = scheme + "://" + authority.host;
  const uint16_t standard = Url{.scheme = scheme, .authority = {}, .target = {}}.port();
  if (port() != standard) result += ":" + std::to_string(port());
  return result;
}

Expected<Url> parse_url(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0)
    return failure("url.syntax", Fault::client, "not an absolute URL");
  Url url;
  url.scheme = lower_case(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https")
    return failure("url.scheme", Fault::client, "scheme is neither `http` nor `https`");
  const std::string_view rest = text.substr(colon + 3);
  const size_t size = std::min(rest.find_first_of("/?#"), rest.size());
  const auto authority = parse_authority(rest.substr(0, size));
  if (!authority) return failure("url.syntax", Fault::client, "malformed host or port in a URL");
  url.authority = *authority;
  url.target = rest.substr(size);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  // A fragment fails here, for `#` is no target byte.
  if (!syntax::all(url.target, syntax::kTarget) || !syntax::escapes_are_whole(url.target))
    return failure("url.syntax", Fault::client, "malformed path or query in a URL");
  return url;
}

bool is_loopback_host(std::string_view host) {
  constexpr std::string_view kName = "localhost";
  if (host.size() >= kName.size() &&
      equals_ignoring_case(host.substr(host.size() - kName.size()), kName)) {
    const std::string_view front = host.substr(0, host.size() - kName.size());
    return front.empty() || (front.size() > 1 && front.back() == '.' && good_name(host));
  }
  if (const auto quad = dotted_quad(host)) return (*quad)[0] == 127;
  const auto address = ipv6_in_brackets(host);
  return address && IN6_IS_ADDR_LOOPBACK(&*address);
}

}  // namespace doorward::wire
