#include "net/dial.h"

#include "net/gateway.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kConnectTime{10};

struct Range {
  uint32_t base;
  unsigned bits;
};
// Of the IANA special-purpose registry: what is not globally reachable.
constexpr Range kNotPublic[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16},
    {0xC6120000, 15}, {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4},
};

bool is_public_v4(uint32_t address) {
  for (const auto& [base, bits] : kNotPublic)
    if (((address ^ base) >> (32 - bits)) == 0) return false;
  return true;
}

std::unexpected<Error> failed(std::string code, std::string what) {
  return std::unexpected(Error{std::move(code), Fault::server, true, std::move(what)});
}

}  // namespace

bool is_public(const asio::ip::address& address) {
  if (address.is_v4()) return is_public_v4(address.to_v4().to_uint());
  const auto bytes = address.to_v6().to_bytes();
  if ((bytes[0] & 0xE0) != 0x20) return false;             // 2000::/3 alone is global unicast
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return false;  // 6to4
  // 2001:0000::/23 (Teredo and protocol assignments) and 2001:db8::/32.
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8) return false;
  return !(bytes[0] == 0x3F && bytes[1] == 0xFF);  // 3fff::/20, documentation
}

bool operator_may_mean(std::string_view host, const asio::ip::address& given) {
  asio::ip::address address = given;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  if (address.is_unspecified() || address.is_multicast()) return false;
  if (address.is_loopback()) return wire::is_loopback_host(host);
  if (address.is_v4()) {
    const uint32_t value = address.to_v4().to_uint();
    constexpr uint32_t kCarrierMetadata = 0x646464C8;  // 100.100.100.200
    return (value >> 16) != 0xA9FE && (value >> 24) != 0 && (value >> 28) != 0xF &&
           value != kCarrierMetadata;
  }
  static const auto kMetadata = asio::ip::make_address_v6("fd00:ec2::254");
  return !address.to_v6().is_link_local() && address.to_v6() != kMetadata;
}

Task<Expected<std::unique_ptr<HttpStream>>> dial(Dial given) {
  const bool guarded = given.stated != Stated::by_operator;
  if (guarded && given.url.scheme != "https")
    co_return failed("dial.refused", "only https is followed to an address that others supplied");
  auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  asio::ip::tcp::socket socket(executor);
  const std::function<void()> end = [&] {
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
  };
  Watchdog::Watch watch(here().watchdog, end);
  std::optional<Cancellation::Heard> heard(std::in_place, given.cancellation, end);
  watch.set(std::min(given.deadline, steady_clock::now() + kConnectTime));
  std::string host = given.url.authority.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const std::string port = std::to_string(given.url.port());
  auto [resolve_error, found] = co_await resolver.async_resolve(host, port, kTuple);
  if (given.cancellation && given.cancellation->cancelled)
    co_return failed("dial.connect", "it was cancelled");
  if (resolve_error)
    co_return failed("dial.name", "host name does not resolve: `" + resolve_error.message() + "`");
  if (guarded)
    for (const auto& each : found)
      if (!is_public(each.endpoint().address()))
        co_return failed("dial.refused", "`" + host + "` is an address that is not public");
  if (!guarded)
    for (const auto& each : found)
      if (!operator_may_mean(given.url.authority.host, each.endpoint().address()))
        co_return failed("dial.refused", "`" + host + "` leads to `" +
                                             each.endpoint().address().to_string() +
                                             "`, where no server of this configuration can be");
  auto [connect_error, endpoint] = co_await asio::async_connect(socket, found, kTuple);
  if (given.cancellation && given.cancellation->cancelled)
    co_return failed("dial.connect", "it was cancelled");
  if (connect_error)
    co_return failed("dial.connect", "can't connect: `" + connect_error.message() + "`");
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  watch.clear();
  heard.reset();
  auto http = std::make_unique<HttpStream>(Stream::Socket(std::move(socket)));
  if (given.url.scheme == "https") {
    if (!given.tls) co_return failed("dial.tls", "no TLS settings");
    const std::function<void()> close = [&http] { http->stream().close(); };
    Watchdog::Watch shake(here().watchdog, close);
    const Cancellation::Heard left(given.cancellation, close);
    shake.set(std::min(given.deadline, steady_clock::now() + kConnectTime));
    const error_code error = co_await http->stream().connect_tls(*given.tls, host);
    if (error) co_return failed("dial.tls", "TLS failed: `" + error.message() + "`");
  }
  co_return http;
}

}  // namespace doorward::net
