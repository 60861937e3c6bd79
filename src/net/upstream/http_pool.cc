#include "net/upstream/http_pool.h"

namespace doorward::net {

namespace {
constexpr size_t kIdlePerOrigin = 64;
constexpr std::chrono::seconds kIdleLife{55};

Error unavailable(const ServerRoute& route, const std::string& why) {
  return Error{"upstream.unavailable", Fault::server, true, "server `" + route.name + "`: " + why};
}

Task<Expected<std::unique_ptr<HttpStream>>> dial(const ServerRoute& route, SteadyTime deadline) {
  auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  asio::ip::tcp::socket socket(executor);
  Watchdog::Watch watch(here().watchdog, [&] {
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
  });
  watch.set(std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(10)));
  std::string host = route.url->authority.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const std::string port = std::to_string(route.url->port());
  auto [resolve_error, found] = co_await resolver.async_resolve(host, port, kTuple);
  if (resolve_error)
    co_return std::unexpected(
        unavailable(route, "host name does not resolve: `" + resolve_error.message() + "`"));
  auto [connect_error, endpoint] = co_await asio::async_connect(socket, found, kTuple);
  if (connect_error)
    co_return std::unexpected(
        unavailable(route, "can't connect: `" + connect_error.message() + "`"));
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto http = std::make_unique<HttpStream>(Stream::Socket(std::move(socket)));
  if (route.url->scheme == "https") {
    if (!route.tls) co_return std::unexpected(unavailable(route, "no TLS settings"));
    Watchdog::Watch shake(here().watchdog, [&http] { http->stream().close(); });
    shake.set(std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(10)));
    const error_code error = co_await http->stream().connect_tls(*route.tls, host);
    if (error)
      co_return std::unexpected(unavailable(route, "TLS failed: `" + error.message() + "`"));
  }
  co_return http;
}
}  // namespace

HttpPool& HttpPool::here() {
  thread_local HttpPool pool;
  return pool;
}

Task<Expected<PooledConnection>> HttpPool::take(const ServerRoute& route, SteadyTime deadline) {
  // The server's name is part of the key: two servers never share a connection.
  std::string origin = route.name + " " + route.url->origin();
  auto& idle = idle_[origin];
  const auto now = std::chrono::steady_clock::now();
  while (!idle.empty()) {
    PooledConnection connection = std::move(idle.back());
    idle.pop_back();
    if (now - connection.idle_since < kIdleLife && connection.http->stream().is_idle_and_open())
      co_return connection;
  }
  auto http = co_await dial(route, deadline);
  if (!http) co_return std::unexpected(std::move(http).error());
  PooledConnection fresh;
  fresh.origin = std::move(origin);
  fresh.http = std::move(*http);
  co_return fresh;
}

void HttpPool::give_back(PooledConnection connection) {
  if (!connection.http->is_clean()) return;
  connection.http->finish_message();
  connection.idle_since = std::chrono::steady_clock::now();
  auto& idle = idle_[connection.origin];
  if (idle.size() < kIdlePerOrigin) idle.push_back(std::move(connection));
}

}  // namespace doorward::net
