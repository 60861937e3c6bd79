#include "net/bridge/held_sessions.h"

#include "base/bytes.h"
#include "net/own_request.h"
#include "net/session/stateless.h"
#include "net/upstream/sse_upstream.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::minutes kEraLife{10};
constexpr std::chrono::seconds kProbe{10}, kOpening{30};

// A server that does not take this revision, but says that it is one it serves, is of that era too.
bool names_stateless(const wire::Message& reply) {
  constexpr int64_t kUnsupportedRevision = -32022;
  if (reply.kind() == wire::MessageKind::response)
    return is_served_statelessly(reply.result()["supportedVersions"]);
  return reply.error()["code"].integer() == kUnsupportedRevision &&
         is_served_statelessly(reply.error()["data"]["supported"]);
}

}  // namespace

Task<Expected<std::shared_ptr<Upstream>>> HeldSessions::take(const ServerRoute& route,
                                                             const core::Principal& principal,
                                                             const wire::Message* request) {
  follow_routes();
  const std::string capabilities = request != nullptr ? session_capabilities(*request) : "{}";
  const std::string key = route.name + "\n" + principal.key() + "\n" + capabilities;
  std::optional<bool> era = known(route.name);
  if (era && *era) {
    auto direct = co_await gateway_.dial(route, principal, route.stateless_instances);
    co_return direct;
  }
  if (auto held = co_await find(key)) co_return std::shared_ptr<Upstream>(std::move(held));
  // This coroutine opens it; whoever waits is told in the end.
  Opening opening{*this, key, nullptr};
  std::shared_ptr<Upstream> upstream;
  if (!era) {
    auto probed = co_await probe(route, principal);
    if (!probed) co_return std::unexpected(std::move(probed).error());
    if (probed->stateless) {
      auto direct = co_await gateway_.dial(route, principal, route.stateless_instances);
      co_return direct;
    }
    upstream = std::move(probed->upstream);
  }
  auto bridge = co_await open(route, principal, capabilities, std::move(upstream));
  if (!bridge) {
    forget(route.name);
    co_return std::unexpected(std::move(bridge).error());
  }
  opening.bridge = *bridge;
  co_return std::shared_ptr<Upstream>(std::move(*bridge));
}

Task<std::shared_ptr<SessionBridge>> HeldSessions::find(const std::string& key) {
  const auto until = steady_clock::now() + kProbe + kOpening;
  for (;;) {
    std::shared_ptr<Inbox<int>> wait;
    auto executor = co_await asio::this_coro::executor;
    auto held = state_.with([&](State& state) -> std::shared_ptr<SessionBridge> {
      std::erase_if(state.sessions, [](const auto& entry) {
        return !entry.second.opening && (!entry.second.bridge || entry.second.bridge->is_gone());
      });
      Entry& entry = state.sessions[key];
      if (entry.bridge && !entry.bridge->is_gone()) return entry.bridge;
      if (entry.opening) {
        wait = std::make_shared<Inbox<int>>(executor, 1);
        entry.waiting.push_back(wait);
      } else {
        entry.opening = true;
      }
      return nullptr;
    });
    if (held || !wait) co_return held;
    auto told = co_await wait->pop(until);
    if (!told) co_return nullptr;
  }
}

void HeldSessions::opened(const std::string& key, std::shared_ptr<SessionBridge> bridge) {
  const auto waiting = state_.with([&](State& state) {
    Entry& entry = state.sessions[key];
    entry.opening = false;
    entry.bridge = std::move(bridge);
    return std::exchange(entry.waiting, {});
  });
  for (const auto& wait : waiting) static_cast<void>(wait->push(1));
}

Task<Expected<HeldSessions::Probe>> HeldSessions::probe(const ServerRoute& route,
                                                        const core::Principal& principal) {
  auto upstream = co_await gateway_.dial(route, principal, Instances::per_session);
  if (!upstream) co_return std::unexpected(std::move(upstream).error());
  auto session = std::make_shared<Session>("", principal, route.name, core::Carrier::http,
                                           *upstream, gateway_.settings.session);
  CallFacts facts;
  facts.principal = &session->owner();
  facts.server = session->server();
  facts.session = session;
  facts.route = &route;
  facts.stateless = true;
  OwnRequest request;
  request.method = wire::Method::discover;
  request.params = stateless_params("{}");
  request.deadline = steady_clock::now() + kProbe;
  auto reply = co_await ask(gateway_, facts, std::move(request));
  // What could not be asked tells nothing about the server's era.
  if (!reply &&
      (reply.error().code == "upstream.unavailable" || reply.error().code == "upstream.unready" ||
       reply.error().code == "own.refused" || is_of_caller(reply.error())))
    co_return std::unexpected(std::move(reply).error());
  Probe probed;
  probed.stateless = reply && names_stateless(*reply);
  learn(route.name, probed.stateless, false);
  gateway_.log("server `" + route.name + "` speaks " +
               (probed.stateless ? "the stateless era"
                                 : "an older revision; Doorward keeps a session with it"));
  if (probed.stateless)
    co_await (*upstream)->close();
  else if (!(*upstream)->is_gone())
    probed.upstream = std::move(*upstream);
  co_return probed;
}

Task<Expected<std::shared_ptr<SessionBridge>>> HeldSessions::open(
    const ServerRoute& route, const core::Principal& principal, std::string capabilities,
    std::shared_ptr<Upstream> upstream) {
  // The route of the snapshot that the bridge keeps alive.
  const auto routes = gateway_.routes.take();
  const auto found = routes->find(route.name);
  if (found == routes->end())
    co_return failure("upstream.unavailable", Fault::server, "the server is no longer configured");
  if (!upstream) {
    const Instances mode =
        route.stateless_instances == Instances::shared ? Instances::shared : Instances::per_session;
    auto dialled = co_await gateway_.dial(route, principal, mode);
    if (!dialled) co_return std::unexpected(std::move(dialled).error());
    upstream = std::move(*dialled);
  }
  auto opened = co_await shake_hands(route, principal, capabilities, upstream);
  if (!opened && is_bad_status(opened.error()) && route.url) {
    // Nothing at its address takes a POST: perhaps the transport before Streamable HTTP.
    co_await upstream->close();
    const auto until = steady_clock::now() + kOpening;
    auto events =
        co_await SseUpstream::open(gateway_, routes, *found->second, upstream->next_id(), until);
    if (!events) co_return std::unexpected(std::move(opened).error());
    upstream = std::move(*events);
    opened = co_await shake_hands(route, principal, capabilities, upstream);
  }
  if (!opened) {
    co_await upstream->close();
    co_return std::unexpected(std::move(opened).error());
  }
  const auto session = opened->session;
  auto added = gateway_.sessions.add(session);
  if (added.evicted) {
    added.evicted->end();
    added.evicted->standalone()->close();
    co_await added.evicted->upstream().close();
  }
  if (!added.added) {
    co_await upstream->close();
    co_return failure("upstream.unavailable", Fault::client, "too many sessions are open");
  }
  auto bridge = std::make_shared<SessionBridge>(gateway_, routes, *found->second, session,
                                                std::move(opened->initialized));
  bridge->start(co_await asio::this_coro::executor);
  co_return bridge;
}

Task<Expected<HeldSessions::Opened>> HeldSessions::shake_hands(const ServerRoute& route,
                                                               const core::Principal& principal,
                                                               const std::string& capabilities,
                                                               std::shared_ptr<Upstream> upstream) {
  auto session = std::make_shared<Session>(random_id(), principal, route.name, core::Carrier::http,
                                           upstream, gateway_.settings.session);
  session->keep_internal();
  session->declare(declared_in(capabilities));
  session->touch(steady_clock::now());
  CallFacts facts;
  facts.principal = &session->owner();
  facts.server = session->server();
  facts.session = session;
  facts.route = &route;
  OwnRequest request;
  request.method = wire::Method::initialize;
  request.params = initialize_params(capabilities);
  request.deadline = steady_clock::now() + kOpening;
  auto reply = co_await ask(gateway_, facts, std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->kind() != wire::MessageKind::response)
    co_return failure("upstream.unavailable", Fault::server, "the server refuses a session");
  const Revision* revision =
      accept_answer(reply->result()["protocolVersion"].text(), gateway_.settings.revision_floor);
  if (revision == nullptr)
    co_return failure("upstream.unavailable", Fault::server,
                      "the server speaks no revision that is served here");
  session->establish(*revision);
  upstream->set_revision(revision->name);
  std::string nothing;
  co_await tell(gateway_, facts, wire::Method::n_initialized, std::move(nothing));
  Opened opened{std::move(session), std::move(*reply)};
  co_return Expected<Opened>(std::move(opened));
}

std::optional<bool> HeldSessions::known(std::string_view server) {
  return state_.with([&](State& state) -> std::optional<bool> {
    const auto found = state.eras.find(server);
    if (found == state.eras.end() || found->second.until < steady_clock::now()) return std::nullopt;
    return found->second.stateless;
  });
}

void HeldSessions::learn(std::string_view server, bool stateless, bool sessionless) {
  const Era era{stateless, sessionless, steady_clock::now() + kEraLife};
  state_.with([&](State& state) { state.eras.insert_or_assign(std::string(server), era); });
}

bool HeldSessions::is_sessionless(std::string_view server) {
  follow_routes();
  return state_.with([&](State& state) {
    const auto found = state.eras.find(server);
    return found != state.eras.end() && found->second.until >= steady_clock::now() &&
           found->second.sessionless;
  });
}

void HeldSessions::forget(std::string_view server) {
  state_.with([&](State& state) {
    const auto found = state.eras.find(server);
    if (found != state.eras.end()) state.eras.erase(found);
  });
}

void HeldSessions::follow_routes() {
  auto current = gateway_.routes.take();
  const auto ended = state_.with([&](State& state) {
    std::vector<std::shared_ptr<SessionBridge>> old;
    if (state.routes == current) return old;
    state.routes = current;
    state.eras.clear();
    for (auto& [key, entry] : state.sessions)
      if (entry.bridge && !entry.bridge->serves(*current))
        old.push_back(std::exchange(entry.bridge, nullptr));
    return old;
  });
  // The sweep closes what has ended.
  for (const auto& bridge : ended) bridge->session()->end();
}

}  // namespace doorward::net
