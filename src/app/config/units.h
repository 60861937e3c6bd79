// The small written forms of a configuration: durations, sizes, rates, addresses, URLs, names.
// Each parser takes the whole text or gives nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/config/config.h"

namespace doorward::app {

// `500ms`, `10s`, `5m`, `1h`, `7d`: whole numbers, one unit, at most 366 days.
[[nodiscard]] std::optional<milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string duration_text(milliseconds duration);
// `1024`, `4KiB`, `512MiB`, `1GiB`, `2TiB` (powers of 1024).
[[nodiscard]] std::optional<uint64_t> parse_size(std::string_view text);
[[nodiscard]] std::string size_text(uint64_t bytes);
// `20/s`, `100/m`, `1000/h`, `5000/d`; with `bytes` the amount is a size: `100MiB/h`.
[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text, bool bytes);
[[nodiscard]] std::string rate_text(const Rate& rate, bool bytes);
// `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`; the host is an IP literal or `localhost`.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] bool is_ip_literal(std::string_view host);
[[nodiscard]] bool is_loopback_host(std::string_view host);
// Lower-case letters, digits, dots and hyphens, no empty label; `*.` in front when `wildcard`.
[[nodiscard]] bool is_dns_name(std::string_view host, bool wildcard = false);
// `host:port` of something outside: a DNS name, `*.name` or an IP literal; the port is 1 to 65535.
[[nodiscard]] std::optional<NetworkGrant> parse_grant(std::string_view text);
// What is wrong with an upstream or issuer URL, or "": https, or http to a loopback host only; no
// user information, no fragment, no white space.
[[nodiscard]] std::string url_complaint(std::string_view url);
// `[a-z0-9][a-z0-9_-]{0,23}` without `__`.
[[nodiscard]] bool is_server_name(std::string_view name);
// Of the candidates the nearest one within two edits (a swap is one), for "did you mean".
[[nodiscard]] size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace doorward::app
