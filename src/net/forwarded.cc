#include "net/forwarded.h"

#include <charconv>

namespace doorward::net {

namespace {

std::optional<asio::ip::address_v6> as_v6(std::string_view text) {
  error_code error;
  const auto address = asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                         : address.to_v6();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Expected<Networks> Networks::parse(const std::vector<std::string>& texts) {
  Networks made;
  for (const std::string& text : texts) {
    const size_t slash = text.find('/');
    const auto base = as_v6(std::string_view(text).substr(0, slash));
    Range range;
    bool good = base.has_value();
    if (good) range.base = *base;
    if (good && slash != std::string::npos) {
      const bool v4 = text.find(':') == std::string::npos;
      unsigned bits = 0;
      const char* const end = text.data() + text.size();
      const auto read = std::from_chars(text.data() + slash + 1, end, bits);
      good = read.ec == std::errc() && read.ptr == end && bits <= (v4 ? 32U : 128U);
      range.bits = v4 ? bits + 96 : bits;
    }
    if (!good)
      return failure("net.network", Fault::self, "`" + text + "` is no address and no range");
    made.ranges_.push_back(range);
  }
  return made;
}

bool Networks::contains(std::string_view address) const {
  if (ranges_.empty()) return false;
  const auto given = as_v6(address);
  if (!given) return false;
  const auto bytes = given->to_bytes();
  for (const Range& range : ranges_) {
    const auto base = range.base.to_bytes();
    bool same = true;
    for (unsigned bit = 0; same && bit < range.bits; bit += 8) {
      const unsigned left = range.bits - bit;
      const unsigned mask = left >= 8 ? 0xFF : (0xFF << (8 - left)) & 0xFF;
      same = ((bytes[bit / 8] ^ base[bit / 8]) & mask) == 0;
    }
    if (same) return true;
  }
  return false;
}

ClientSeen client_seen(std::string_view peer, bool tls, const wire::HttpRequestHead& head,
                       const Networks& trusted) {
  ClientSeen seen{std::string(peer), tls};
  if (!trusted.contains(peer)) return seen;
  // A field that comes twice has no one value: then nothing is believed.
  const auto scheme = head.field("x-forwarded-proto");
  // One that says nothing is believed to end TLS, as the operator stated.
  seen.secure = tls || head.count("x-forwarded-proto") == 0 ||
                (scheme && wire::equals_ignoring_case(*scheme, "https"));
  const auto chain = head.field("x-forwarded-for");
  if (!chain) return seen;
  std::string_view rest = *chain;
  while (!rest.empty()) {
    const size_t comma = rest.rfind(',');
    const std::string_view last =
        trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    if (!as_v6(last)) break;
    seen.address = last;
    if (!trusted.contains(last) || comma == std::string_view::npos) break;
    rest = rest.substr(0, comma);
  }
  return seen;
}

}  // namespace doorward::net
