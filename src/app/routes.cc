#include "app/routes.h"

#include <cstdlib>
#include <thread>

#include "app/secrets.h"
#include "net/tls.h"

namespace doorward::app {

namespace {

Expected<std::map<std::string, Secret<>>> environment(const Config& config, const Server& server) {
  std::map<std::string, Secret<>> env;
  for (const auto& [name, value] : server.sandbox.env) {
    if (const auto* literal = std::get_if<std::string>(&value)) {
      env.emplace(name, Secret<>(*literal));
      continue;
    }
    auto secret = read_secret(config, std::get<SecretRef>(value).name);
    if (!secret) return std::unexpected(std::move(secret).error());
    env.emplace(name, std::move(*secret));
  }
  return env;
}

// Ends the child when the last copy of the returned function is used or gone.
struct HeldChild {
  explicit HeldChild(sandbox::Child given) : child(std::move(given)) {}
  ~HeldChild() { end(); }
  void end() {
    if (ended.exchange(true)) return;
    // Reaping takes some milliseconds: not on an I/O thread. Closing `control` already ends it.
    std::thread([moved = std::make_shared<sandbox::Child>(std::move(child))] {
      sandbox::kill_all(*moved);
    }).detach();
  }
  sandbox::Child child;
  std::atomic<bool> ended{false};
};

std::function<Expected<net::ChildPipes>()> launcher(std::shared_ptr<const Config> config,
                                                    std::string name) {
  return [config = std::move(config), name = std::move(name)]() -> Expected<net::ChildPipes> {
    const Server& server = config->servers.at(name);
    sandbox::LaunchPlan plan = launch_plan(*config, name, server);
    auto env = environment(*config, server);
    if (!env) return std::unexpected(std::move(env).error());
    plan.env = std::move(*env);
    static const sandbox::Host host = sandbox::Host::probe();
    auto child = sandbox::launch(plan, host);
    if (!child) return std::unexpected(std::move(child).error());
    net::ChildPipes pipes;
    pipes.input = std::move(child->stdin_);
    pipes.output = std::move(child->stdout_);
    pipes.errors = std::move(child->stderr_);
    auto held = std::make_shared<HeldChild>(std::move(*child));
    pipes.kill = [held] { held->end(); };
    return pipes;
  };
}

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

sandbox::LaunchPlan launch_plan(const Config& config, const std::string& name,
                                const Server& server) {
  sandbox::LaunchPlan plan;
  plan.name = name;
  plan.command = server.command;
  for (const auto& mount : server.sandbox.read) plan.read.push_back({mount.from, mount.to});
  for (const auto& mount : server.sandbox.write) plan.write.push_back({mount.from, mount.to});
  for (const auto& grant : server.sandbox.network)
    plan.network.push_back({grant.host, grant.port, grant.forward});
  plan.limits.memory = server.sandbox.limits.memory;
  plan.limits.processes = server.sandbox.limits.processes;
  plan.limits.cpu = server.sandbox.limits.cpu;
  plan.limits.disk = server.sandbox.limits.disk;
  plan.state = config.state;
  plan.folder = config.folder;
  if (const char* const path = std::getenv("PATH")) plan.search_path = path;
  plan.require_cgroup = server.sandbox.require_cgroup;
  return plan;
}

Expected<std::shared_ptr<const net::Routes>> make_routes(const Config& config) {
  auto kept = std::make_shared<const Config>(config);
  auto routes = std::make_shared<net::Routes>();
  for (const auto& [name, server] : config.servers) {
    std::shared_ptr<net::ServerRoute> route;
    if (server.is_local()) {
      route = std::make_shared<net::ServerRoute>();
      route->launch = launcher(kept, name);
    } else {
      auto made = remote(config, server);
      if (!made) return std::unexpected(std::move(made).error().within("servers." + name));
      route = std::move(*made);
    }
    route->name = name;
    route->instances = instances_of(server);
    if (server.instances != Instances::automatic) route->stateless_instances = route->instances;
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
