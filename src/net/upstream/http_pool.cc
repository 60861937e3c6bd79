#include "net/upstream/http_pool.h"

#include "net/dial.h"

namespace doorward::net {

namespace {
constexpr size_t kIdlePerOrigin = 64;
constexpr std::chrono::seconds kIdleLife{55};

Error unavailable(const ServerRoute& route, const std::string& why) {
  return Error{"upstream.unavailable", Fault::server, true, "server `" + route.name + "`: " + why};
}

Task<Expected<std::unique_ptr<HttpStream>>> dial(const ServerRoute& route, SteadyTime deadline,
                                                 std::shared_ptr<Cancellation> cancellation) {
  const Dial how{*route.url, route.tls, Stated::by_operator, deadline, std::move(cancellation)};
  auto http = co_await dial(how);
  if (!http) co_return std::unexpected(unavailable(route, http.error().what));
  co_return std::move(*http);
}
}  // namespace

HttpPool& HttpPool::here() {
  thread_local HttpPool pool;
  return pool;
}

Task<Expected<PooledConnection>> HttpPool::take(const ServerRoute& route, SteadyTime deadline,
                                                std::shared_ptr<Cancellation> cancellation) {
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
  auto http = co_await dial(route, deadline, std::move(cancellation));
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
