#include "app/config/units.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "wire/http.h"

namespace doorward::app {

namespace {

std::optional<uint64_t> digits(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Number and unit: "10" and "ms".
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
  const size_t at = std::min(text.find_first_not_of("0123456789"), text.size());
  return {text.substr(0, at), text.substr(at)};
}

constexpr std::array<std::pair<std::string_view, int64_t>, 5> kDurations = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<std::pair<std::string_view, unsigned>, 5> kSizes = {
    {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"", 0}}};
constexpr int64_t kMaxDuration = 366LL * 86'400'000;

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto value = text.size() <= 5 ? digits(text) : std::nullopt;
  if (!value || *value > 65535) return std::nullopt;
  return static_cast<uint16_t>(*value);
}

// `host` and `port` of `host:port` or `[v6]:port`; empty host where it has no such form.
std::pair<std::string_view, std::string_view> split_host_port(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find("]:");
    if (close == std::string_view::npos) return {};
    const std::string_view host = text.substr(1, close - 1);
    if (host.find(':') == std::string_view::npos) return {};
    return {host, text.substr(close + 2)};
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
    return {};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto [number, unit] = split_unit(text);
  const auto value = digits(number);
  if (!value) return std::nullopt;
  for (const auto& [name, factor] : kDurations)
    if (unit == name && *value <= static_cast<uint64_t>(kMaxDuration / factor))
      return milliseconds(static_cast<int64_t>(*value) * factor);
  return std::nullopt;
}

std::string duration_text(milliseconds duration) {
  for (const auto& [name, factor] : kDurations)
    if (duration.count() != 0 && duration.count() % factor == 0)
      return std::to_string(duration.count() / factor).append(name);
  return "0s";
}

std::optional<uint64_t> parse_size(std::string_view text) {
  const auto [number, unit] = split_unit(text);
  const auto value = digits(number);
  if (!value) return std::nullopt;
  for (const auto& [name, shift] : kSizes)
    if (unit == name &&
        *value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) >> shift)
      return *value << shift;
  return std::nullopt;
}

std::string size_text(uint64_t bytes) {
  for (const auto& [name, shift] : kSizes)
    if (bytes != 0 && bytes % (1ULL << shift) == 0)
      return std::to_string(bytes >> shift).append(name);
  return "0";
}

std::optional<Rate> parse_rate(std::string_view text, bool bytes) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto amount = bytes ? parse_size(text.substr(0, slash)) : digits(text.substr(0, slash));
  if (!amount || *amount == 0) return std::nullopt;
  const std::string_view unit = text.substr(slash + 1);
  for (const auto& [name, factor] : kDurations)
    if (unit == name && name != "ms") return Rate{*amount, milliseconds(factor)};
  return std::nullopt;
}

std::string rate_text(const Rate& rate, bool bytes) {
  std::string out = bytes ? size_text(rate.amount) : std::to_string(rate.amount);
  for (const auto& [name, factor] : kDurations)
    if (rate.period.count() == factor) return out.append("/").append(name);
  return out.append(" in ").append(duration_text(rate.period));
}

bool is_ip_literal(std::string_view host) {
  const std::string text(host);
  std::array<unsigned char, 16> raw{};
  return inet_pton(AF_INET, text.c_str(), raw.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), raw.data()) == 1;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);
  std::array<unsigned char, 16> raw{};
  if (inet_pton(AF_INET, text.c_str(), raw.data()) == 1) return raw[0] == 127;
  if (inet_pton(AF_INET6, text.c_str(), raw.data()) != 1) return false;
  return std::all_of(raw.begin(), raw.end() - 1, [](unsigned char b) { return b == 0; }) &&
         raw[15] == 1;
}

bool is_dns_name(std::string_view host, bool wildcard) {
  if (wildcard && host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.size() > 253) return false;
  size_t label = 0;
  char before = '.';
  for (const char c : host) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '.') {
      if (label == 0 || before == '-') return false;
      label = 0;
    } else if (!plain && (c != '-' || label == 0)) {
      return false;
    } else if (++label > 63) {
      return false;
    }
    before = c;
  }
  return before != '.' && before != '-';
}

std::optional<Address> parse_address(std::string_view text) {
  const auto [host, port_text] = split_host_port(text);
  const auto port = parse_port(port_text);
  if (!port || (host != "localhost" && !is_ip_literal(host))) return std::nullopt;
  return Address{std::string(host), *port};
}

bool Address::is_loopback() const {
  return is_loopback_host(host);
}

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<NetworkGrant> parse_grant(std::string_view text) {
  const auto [host, port_text] = split_host_port(text);
  const auto port = parse_port(port_text);
  if (!port || *port == 0) return std::nullopt;
  // A name whose last label is a number is an address in disguise (`0x7f.1`, `2130706433`).
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool numeric = !last.empty() && last[0] >= '0' && last[0] <= '9';
  if (!is_ip_literal(host) && (numeric || !is_dns_name(host, true))) return std::nullopt;
  return NetworkGrant{std::string(host), *port, false};
}

std::string url_complaint(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://"))
    return "expected an https:// URL";
  const std::string_view rest = text.substr(text.find("://") + 3);
  if (rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos)
    return "a URL may not hold a user or password; use `credential` and `secrets`";
  if (rest.find('#') != std::string_view::npos) return "a URL may not hold a fragment";
  const auto url = wire::parse_url(text);
  if (!url) return "not a URL: " + url.error().what;
  std::string_view host = url->authority.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (url->scheme != "https" && !is_loopback_host(host))
    return "http:// is accepted to a loopback address or localhost only; use https://";
  return "";
}

bool is_server_name(std::string_view name) {
  if (name.empty() || name.size() > 24 || name.find("__") != std::string_view::npos) return false;
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
  return name[0] != '_' && name[0] != '-';
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> older(b.size() + 1), old(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) old[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], older[j - 2] + 1);
    }
    std::swap(older, old);
    std::swap(old, row);
  }
  return old[b.size()];
}

}  // namespace doorward::app
