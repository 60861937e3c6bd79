#include "detect/address.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <string>

#include "detect/characters.h"

namespace doorward::detect {

namespace {

Reach reach_of(uint32_t ip) {
  if (ip == 0xA9FEA9FE || ip == 0xA9FEAA02 || ip == 0x646464C8 || ip == 0xC00000C0)
    return Reach::metadata;
  if (ip >> 24 == 127 || ip >> 24 == 0) return Reach::loopback;
  if (ip >> 16 == 0xA9FE) return Reach::link_local;
  if (ip >> 24 == 10 || ip >> 20 == 0xAC1 || ip >> 16 == 0xC0A8 ||
      (ip >> 22) == (0x64400000U >> 22))
    return Reach::inside;
  return Reach::outside;
}

std::optional<HostFacts> ipv6_facts(std::string_view host) {
  const size_t zone = host.find('%');
  const std::string text(host.substr(0, zone));
  std::array<unsigned char, 16> bytes{};
  if (text.find(':') == std::string::npos || inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1)
    return std::nullopt;
  const bool zeros = std::memcmp(bytes.data(), "\0\0\0\0\0\0\0\0\0\0", 10) == 0;
  uint32_t low = 0;
  for (size_t i = 12; i < 16; ++i) low = low << 8 | bytes[i];
  if (zeros && bytes[10] == 0xFF && bytes[11] == 0xFF) return HostFacts{reach_of(low), true};
  if (zeros && bytes[10] == 0 && bytes[11] == 0)
    return HostFacts{low <= 1 ? Reach::loopback : reach_of(low), low > 1 || text != "::1"};
  if (bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B)
    return HostFacts{reach_of(low), true};
  if (bytes[0] == 0xFD && (text == "fd00:ec2::254" || text == "fd20:ce::254"))
    return HostFacts{Reach::metadata, false};
  if ((bytes[0] & 0xFEU) == 0xFC) return HostFacts{Reach::inside, false};
  if (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80) return HostFacts{Reach::link_local, false};
  return HostFacts{};
}

}  // namespace

std::optional<uint32_t> lenient_ipv4(std::string_view host, bool& odd) {
  std::array<uint64_t, 4> parts{};
  size_t count = 0;
  odd = false;
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  while (true) {
    if (count == 4) return std::nullopt;
    const size_t dot = host.find('.');
    std::string_view part = host.substr(0, dot);
    if (part.empty() || part.size() > 24) return std::nullopt;
    unsigned base = 10;
    if (part.size() > 2 && part[0] == '0' && lower(part[1]) == 'x') {
      base = 16;
      part.remove_prefix(2);
      odd = true;
    } else if (part.size() > 1 && part[0] == '0') {
      base = 8;
      odd = true;
    }
    uint64_t value = 0;
    for (const char c : part) {
      const int digit = hex_digit(c);
      if (digit < 0 || digit >= static_cast<int>(base)) return std::nullopt;
      value = value * base + static_cast<unsigned>(digit);
      if (value > 0xFFFFFFFFFFULL) return std::nullopt;
    }
    parts[count++] = value;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  uint64_t ip = 0;
  for (size_t i = 0; i + 1 < count; ++i) {
    if (parts[i] > 255) {
      odd = true;  // some resolvers wrap around
      parts[i] &= 255;
    }
    ip |= parts[i] << (24 - 8 * i);
  }
  odd = odd || count < 4;
  const unsigned rest = static_cast<unsigned>(8 * (5 - count));
  if (parts[count - 1] >> rest != 0) {
    odd = true;
    parts[count - 1] &= (1ULL << rest) - 1;
  }
  return static_cast<uint32_t>(ip | parts[count - 1]);
}

HostFacts host_facts(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host.empty() || host.size() > 255) return {};
  if (const auto six = ipv6_facts(host)) return *six;
  bool odd = false;
  // One number alone is an address only when it is long enough not to be a plain number.
  const bool alone = host.find('.') == std::string_view::npos;
  if (!alone || host.size() >= 8 || host == "0" || host.starts_with("0x"))
    if (const auto ip = lenient_ipv4(host, odd)) return {reach_of(*ip), odd};
  std::string name;
  for (const char c : host) name += lower(c);
  if (!name.empty() && name.back() == '.') name.pop_back();
  if (name == "localhost" || name.ends_with(".localhost") || name == "ip6-localhost" ||
      name == "localhost.localdomain")
    return {Reach::loopback, false};
  if (name.starts_with("metadata.google.") || name == "metadata.goog" || name == "metadata" ||
      name == "instance-data")
    return {Reach::metadata, false};
  return {};
}

std::string_view host_of(std::string_view url) {
  size_t at = url.find("//");
  if (at == std::string_view::npos) at = url.find("\\\\");
  if (at == std::string_view::npos) return {};
  std::string_view rest = url.substr(at + 2);
  rest = rest.substr(0, rest.find_first_of("/\\?#\"'<> \t\r\n"));
  if (const size_t user = rest.rfind('@'); user != std::string_view::npos)
    rest.remove_prefix(user + 1);
  if (!rest.empty() && rest.front() == '[') {
    const size_t close = rest.find(']');
    return close == std::string_view::npos ? std::string_view{} : rest.substr(1, close - 1);
  }
  const size_t colon = rest.rfind(':');
  return colon == std::string_view::npos ? rest : rest.substr(0, colon);
}

bool odd_address_in(const Match& match) {
  std::string_view host = host_of(match.value);
  if (host.empty()) {
    host = match.value;
    while (!host.empty() && (is_space(host.front()) || host.front() == '"' ||
                             host.front() == '\'' || host.front() == '='))
      host.remove_prefix(1);
  }
  const HostFacts facts = host_facts(host);
  return facts.reach == Reach::metadata || (facts.odd && facts.reach != Reach::outside);
}

}  // namespace doorward::detect
