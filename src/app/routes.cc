#include "app/routes.h"

#include "app/local_server.h"
#include "app/secrets.h"
#include "net/tls.h"

namespace doorward::app {

namespace {

wire::Method method_of(ServerRequest request) {
  switch (request) {
    case ServerRequest::elicitation:
      return wire::Method::elicitation_create;
    case ServerRequest::sampling:
      return wire::Method::sampling_create_message;
    case ServerRequest::roots:
      return wire::Method::roots_list;
  }
  return wire::Method::unknown;
}

net::Instances instances_of(const Server& server) {
  switch (server.instances) {
    case Instances::per_principal:
      return net::Instances::per_principal;
    case Instances::shared:
      return net::Instances::shared;
    default:
      return net::Instances::per_session;
  }
}

Expected<std::shared_ptr<net::ServerRoute>> remote(const Config& config, const Server& server) {
  auto route = std::make_shared<net::ServerRoute>();
  auto url = wire::parse_url(server.url);
  if (!url) return std::unexpected(std::move(url).error());
  route->url = std::move(*url);
  if (route->url->scheme == "https") {
    auto tls = net::client_tls({server.tls.ca.string(), server.tls.client_certificate.string(),
                                server.tls.client_key.string(), server.tls.pin_sha256});
    if (!tls) return std::unexpected(std::move(tls).error());
    route->tls = std::move(*tls);
  }
  if (const auto* bearer = std::get_if<BearerCredential>(&server.credential)) {
    auto secret = read_secret(config, bearer->token.name);
    if (!secret) return std::unexpected(std::move(secret).error());
    route->headers.emplace_back("Authorization", Secret<>("Bearer " + secret->reveal()));
  } else if (!std::holds_alternative<std::monostate>(server.credential)) {
    return failure("config.invalid", Fault::self,
                   "this version can use `credential: { bearer: … }` only");
  }
  return route;
}

}  // namespace

Expected<std::shared_ptr<const net::Routes>> make_routes(
    const Config& config, std::shared_ptr<const sandbox::Quarantine> quarantine,
    std::shared_ptr<catalog::Registry> registry) {
  auto kept = std::make_shared<const Config>(config);
  auto routes = std::make_shared<net::Routes>();
  for (const auto& [name, server] : config.servers) {
    std::shared_ptr<net::ServerRoute> route;
    if (server.is_local()) {
      route = std::make_shared<net::ServerRoute>();
      route->launch = launcher(kept, name, quarantine, registry);
    } else {
      auto made = remote(config, server);
      if (!made) return std::unexpected(std::move(made).error().within("servers." + name));
      route = std::move(*made);
    }
    route->name = name;
    route->instances = instances_of(server);
    if (server.instances != Instances::automatic) route->stateless_instances = route->instances;
    route->kill_overdue = server.kill_overdue;
    route->server_requests.clear();
    // A child that serves several principals can't tell whom it asks (INTERFACE, instances).
    if (route->instances != net::Instances::shared)
      for (const ServerRequest request : server.allow_server_requests)
        route->server_requests.push_back(method_of(request));
    (*routes)[name] = std::move(route);
  }
  return routes;
}

}  // namespace doorward::app
