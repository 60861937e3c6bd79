#include "app/routes.h"

#include "app/credential_source.h"
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

// Looks once at the secrets that the credential names, so that a missing one is told at the start.
Expected<void> look_at_secrets(const SecretBook& secrets, const Credential& credential) {
  std::vector<SecretRef> named;
  if (const auto* bearer = std::get_if<BearerCredential>(&credential)) named = {bearer->token};
  if (const auto* own = std::get_if<ClientCredentials>(&credential))
    named = {own->client_secret, own->private_key};
  if (const auto* exchanged = std::get_if<TokenExchange>(&credential))
    named = {exchanged->client_secret, exchanged->private_key};
  if (const auto* account = std::get_if<AuthorizationCode>(&credential))
    named = {account->client_secret};
  for (const SecretRef& each : named) {
    if (!each) continue;
    if (auto value = secrets.get(each.name); !value)
      return std::unexpected(std::move(value).error());
  }
  return {};
}

Expected<std::shared_ptr<net::ServerRoute>> remote(const std::string& name, const Server& server,
                                                   Providers& providers,
                                                   std::shared_ptr<const SecretBook> secrets,
                                                   const Path& state,
                                                   std::shared_ptr<catalog::Registry> registry) {
  auto route = std::make_shared<net::ServerRoute>();
  auto url = wire::parse_url(server.url);
  if (!url) return std::unexpected(std::move(url).error());
  route->url = std::move(*url);
  if (route->url->scheme == "https") {
    net::ClientTls wanted{server.tls.ca.string(), server.tls.client_certificate.string(),
                          server.tls.client_key.string(), server.tls.pin_sha256};
    if (registry)
      wanted.meets = [registry = std::move(registry), name](std::string issuer) {
        return registry->meet_issuer(name, std::move(issuer));
      };
    auto tls = net::client_tls(wanted);
    if (!tls) return std::unexpected(std::move(tls).error());
    route->tls = std::move(*tls);
  }
  if (std::holds_alternative<std::monostate>(server.credential)) return route;
  if (auto there = look_at_secrets(*secrets, server.credential); !there)
    return std::unexpected(std::move(there).error());
  auto source =
      std::make_shared<CredentialSource>(providers, std::move(secrets), state, name, server);
  providers.keep(source);
  route->credential = [source](net::Caller caller, bool rejected) {
    return source->headers(caller, rejected);
  };
  return route;
}

}  // namespace

Expected<std::shared_ptr<const net::Routes>> make_routes(const Config& config, Providers& providers,
                                                         const LocalParts& local) {
  auto kept = std::make_shared<const Config>(config);
  const auto secrets = std::make_shared<const SecretBook>(kept);
  auto routes = std::make_shared<net::Routes>();
  for (const auto& [name, server] : config.servers) {
    std::shared_ptr<net::ServerRoute> route;
    if (server.is_local()) {
      route = std::make_shared<net::ServerRoute>();
      route->launch = launcher(kept, name, local);
    } else {
      auto made = remote(name, server, providers, secrets, config.state, local.registry);
      if (!made) return std::unexpected(std::move(made).error().within("servers." + name));
      route = std::move(*made);
    }
    route->name = name;
    route->instances = instances_of(server);
    if (server.instances != Instances::automatic) route->stateless_instances = route->instances;
    route->kill_overdue = server.kill_overdue;
    route->server_requests.clear();
    // Whom a child asks that serves several principals, the switchboard finds out.
    for (const ServerRequest request : server.allow_server_requests)
      route->server_requests.push_back(method_of(request));
    (*routes)[name] = std::move(route);
  }
  return routes;
}

}  // namespace doorward::app
