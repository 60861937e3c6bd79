#include "net/gateway.h"

#include "base/bytes.h"
#include "net/bridge/held_sessions.h"
#include "net/bridge/stateless_bridge.h"
#include "net/merged/merged_held.h"
#include "net/upstream/child.h"
#include "net/upstream/http_upstream.h"
#include "net/upstream/stdio_upstream.h"

namespace doorward::net {

namespace {
thread_local ThreadContext* context = nullptr;
}

ThreadContext& here() {
  if (context == nullptr) panic("not on an I/O thread");
  return *context;
}
void set_here(ThreadContext* mine) {
  context = mine;
}

std::string new_call_id() {
  static const std::string replica = random_id(6);
  static std::atomic<uint64_t> next{1};
  return replica + "-" + std::to_string(next.fetch_add(1, std::memory_order_relaxed));
}

Gateway::Gateway(std::shared_ptr<const core::Pipeline> doors, std::shared_ptr<const Routes> known,
                 GatewaySettings given)
    : pipeline(std::move(doors)),
      routes(std::move(known)),
      settings(std::move(given)),
      sessions(settings.sessions, settings.sessions_per_principal),
      buffers(settings.buffers),
      children(std::make_unique<Children>(*this)),
      held(std::make_unique<HeldSessions>(*this)),
      merged_held(std::make_unique<MergedHeld>(*this)) {}

Gateway::~Gateway() = default;

const ServerRoute* find_route(const Gateway& gateway, const Routes& routes, std::string_view name) {
  if (name.empty()) return &gateway.merged_route;
  const auto found = routes.find(name);
  return found == routes.end() ? nullptr : found->second.get();
}

Task<Expected<std::shared_ptr<Upstream>>> Gateway::connect(const ServerRoute& route,
                                                           const core::Principal& principal,
                                                           bool stateless,
                                                           const wire::Message* request) {
  if (route.merged && stateless && request != nullptr) {
    std::shared_ptr<Upstream> all = merged_held->take(principal, *request);
    co_return all;
  }
  if (route.merged) {
    std::shared_ptr<Upstream> all =
        std::make_shared<MergedUpstream>(*this, routes.take(), principal);
    co_return all;
  }
  if (stateless) {
    auto upstream = co_await held->take(route, principal, request);
    co_return upstream;
  }
  auto upstream = co_await dial(route, principal, route.instances);
  const auto known = routes.take();
  const auto found = known->find(route.name);
  if (!upstream || found == known->end()) co_return upstream;
  // Carries the session where the server turns out to know none.
  std::shared_ptr<Upstream> bridge = std::make_shared<StatelessBridge>(
      *this, known, *found->second, principal, std::move(*upstream));
  co_return bridge;
}

Task<Expected<std::shared_ptr<Upstream>>> Gateway::dial(const ServerRoute& route,
                                                        const core::Principal& principal,
                                                        Instances mode) {
  if (auto allowed = may_launch(route, principal); !allowed)
    co_return failure("launch.refused", Fault::self,
                      "it is not started: " + std::string(allowed.error().verdict.reason));
  std::shared_ptr<Upstream> upstream;
  if (route.url) {
    upstream = std::make_shared<HttpUpstream>(*this, routes.take(), route);
    co_return upstream;
  }
  auto child = co_await children->take(route, principal, mode);
  if (!child) co_return std::unexpected(std::move(child).error());
  StdioUpstream::Of of{route.name, principal, mode == Instances::per_session};
  upstream = std::make_shared<StdioUpstream>(*this, std::move(*child), std::move(of));
  co_return upstream;
}

std::expected<void, core::Refusal> Gateway::may_launch(const ServerRoute& route,
                                                       const core::Principal& principal) const {
  if (route.merged) return {};  // each of its servers is asked for by itself
  core::Exchange exchange;
  const std::string call_id = new_call_id();
  exchange.call_id = call_id;
  exchange.stage = core::Stage::launch;
  exchange.now = wall_now();
  exchange.steady = std::chrono::steady_clock::now();
  exchange.principal = &principal;
  exchange.server = route.name;
  exchange.own = principal.credential == "own";
  core::Notes notes;
  return pipeline.take()->may_launch(exchange, notes);
}

Task<> Gateway::retire(std::shared_ptr<Session> session) {
  constexpr std::chrono::seconds kPatience(1);  // for the last words of its calls
  session->end();
  sessions.remove(session->id());
  const auto fits = [&session](const InFlight::Call& call) {
    return !call.session.empty() && call.session == session->id();
  };
  if (in_flight.stop(fits, Cancellation::By::session) > 0) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (session->open_requests() > 0 && std::chrono::steady_clock::now() < until) {
      timer.expires_after(std::chrono::milliseconds(5));
      co_await timer.async_wait(kTuple);
    }
  }
  session->standalone()->close();
  co_await session->upstream().close();
}

size_t Gateway::stop(const Stopped& what, const asio::any_io_executor& executor) {
  const auto is_meant = [&what](std::string_view server, std::string_view user) {
    return (what.server.empty() || what.server == server) &&
           (what.user.empty() || what.user == user);
  };
  const auto fits = [&](const InFlight::Call& call) {
    return is_meant(call.server, call.user) && (what.tool.empty() || what.tool == call.target);
  };
  const size_t ended = in_flight.stop(fits, Cancellation::By::person);
  if (!what.tool.empty()) return ended;
  for (const auto& session : sessions.take_where([&](const Session& session) {
         return is_meant(session.server(), session.owner().user);
       })) {
    session->end();
    session->standalone()->close();
    asio::co_spawn(
        executor, [session]() -> Task<> { co_await session->upstream().close(); }, asio::detached);
  }
  children->end_where([&](const Child& child) { return is_meant(child.server(), child.user()); });
  return ended;
}

}  // namespace doorward::net
