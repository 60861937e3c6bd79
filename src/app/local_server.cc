#include "app/local_server.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "app/secrets.h"
#include "app/server_files.h"
#include "base/bytes.h"
#include "sandbox/egress.h"
#include "sandbox/inside_path.h"
#include "sandbox/launch.h"

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

// Ends the child when the last copy of the returned functions is used or gone.
class HeldChild {
 public:
  using Observer = std::function<void(const std::string&)>;
  HeldChild(sandbox::Child given, Observer observe)
      : observe_(std::move(observe)), child_(std::move(given)) {}
  HeldChild(const HeldChild&) = delete;
  HeldChild& operator=(const HeldChild&) = delete;
  ~HeldChild() { end(); }

  void end() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    // Reaping takes some milliseconds: not on an I/O thread. Closing `control` already ends it.
    std::thread([moved = std::make_shared<sandbox::Child>(std::move(child_))] {
      sandbox::kill_all(*moved);
    }).detach();
  }

  std::optional<net::WallEvent> next_event() {
    const std::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    auto event = sandbox::next_event(child_);
    while (event && event->kind == sandbox::ChildEvent::Kind::observed) {
      if (observe_) observe_(event->text);
      event = sandbox::next_event(child_);
    }
    if (!event) return std::nullopt;
    return net::WallEvent{event->kind == sandbox::ChildEvent::Kind::forbidden
                              ? net::WallEvent::Kind::violation
                              : net::WallEvent::Kind::ended,
                          event->cause, event->text};
  }

 private:
  std::mutex mutex_;
  bool ended_ = false;
  const Observer observe_;
  sandbox::Child child_;
};

net::EgressTarget target_of(const sandbox::NetworkRule& rule, std::string host, uint16_t port) {
  return {std::move(host), port,
          [rule](std::string_view address) { return sandbox::may_dial(rule, address); }};
}

net::EgressDoor door_of(sandbox::Listening listening,
                        const std::vector<sandbox::NetworkRule>& rules) {
  net::EgressDoor door;
  door.socket = std::move(listening.socket);
  const sandbox::NetworkRule& rule = listening.target;
  if (listening.kind != sandbox::Listening::Kind::proxy) {
    door.target = target_of(rule, rule.host, rule.port);
    return door;
  }
  door.choose = [rules](std::string_view authority) -> std::optional<net::EgressTarget> {
    const auto target = sandbox::parse_target(authority);
    const auto* const chosen = target ? sandbox::rule_for(rules, *target) : nullptr;
    if (chosen == nullptr) return std::nullopt;
    return target_of(*chosen, target->host, target->port);
  };
  return door;
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
  for (const Wall wall : server.sandbox.require) {
    plan.require_own_user = plan.require_own_user || wall == Wall::own_user;
    plan.require_cgroup = plan.require_cgroup || wall == Wall::cgroup;
    plan.require_quota = plan.require_quota || wall == Wall::cpu_quota;
    plan.require_landlock = plan.require_landlock || wall == Wall::landlock;
  }
  for (const ServerPower power : server.sandbox.powers) {
    if (power == ServerPower::unix_sockets)
      plan.unix_sockets = sandbox::AllowUnixSockets::as_the_operator_said();
    if (power == ServerPower::git_write)
      plan.git_write = sandbox::AllowGitWrite::as_the_operator_said();
  }
  if (!config.file.empty()) plan.own = {config.file, config.lock_file()};
  if (const auto& policy = config.policy.signed_file) plan.own.push_back(policy->file);
  return plan;
}

guards::PathRoots path_roots(const Config& config) {
  guards::PathRoots roots;
  for (const auto& [name, server] : config.servers) {
    if (server.sandbox.read.empty() && server.sandbox.write.empty()) continue;
    auto& own = roots[name];
    for (const auto* mounts : {&server.sandbox.read, &server.sandbox.write})
      for (const Mount& mount : *mounts)
        own.push_back((mount.to.empty() ? mount.from : mount.to).string());
    own.emplace_back("/tmp");
  }
  return roots;
}

guards::LeadsOut leads_out(const Config& config) {
  std::map<std::string, std::vector<sandbox::Mount>, std::less<>> mounts;
  for (const auto& [name, server] : config.servers) {
    auto& own = mounts[name];
    // A path that isn't absolute counts from where it starts: its first write mount, or `/tmp`.
    if (server.sandbox.write.empty()) own.push_back({Path(), "/tmp"});
    for (const auto* list : {&server.sandbox.write, &server.sandbox.read})
      for (const Mount& mount : *list) {
        const bool known = !mount.per_principal;  // else where it lies depends on who calls
        own.push_back({known ? mount.from : Path(), mount.to.empty() ? mount.from : mount.to});
      }
  }
  return [mounts = std::move(mounts)](std::string_view server, const std::string& path) {
    const auto own = mounts.find(server);
    return own != mounts.end() && sandbox::leads_out(own->second, path);
  };
}

Expected<Path> folder_of(const Mount& mount, const core::Principal& whom) {
  // Names are no paths: what a person reads of it, and a digest that keeps everyone apart.
  std::string name;
  for (const char letter : whom.user.substr(0, 32)) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9');
    name += plain ? letter : '_';
  }
  Path folder = mount.from / (name + "-" + hex(sha256(whom.key())).substr(0, 16));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return failure("sandbox.plan", Fault::self,
                   "`" + folder.string() + "` can't be made: " + std::strerror(errno));
  return folder;
}

std::function<Expected<net::ChildPipes>(const core::Principal&)> launcher(
    std::shared_ptr<const Config> config, std::string name, LocalParts parts) {
  return [config = std::move(config), name = std::move(name),
          parts = std::move(parts)](const core::Principal& whom) -> Expected<net::ChildPipes> {
    const auto& [quarantine, registry, observe] = parts;
    if (const auto why = quarantine ? quarantine->reason(name) : std::nullopt)
      return failure("isolation.quarantined", Fault::server,
                     "it was stopped (" + *why + "); look at it, then `doorward sandbox release " +
                         name + "`");
    const Server& server = config->servers.at(name);
    if (registry)
      if (auto same = registry->meet_files(name, digest_of_files(*config, server)); !same)
        return std::unexpected(std::move(same).error());
    sandbox::LaunchPlan plan = launch_plan(*config, name, server);
    auto env = environment(*config, server);
    if (!env) return std::unexpected(std::move(env).error());
    plan.env = std::move(*env);
    plan.observe = observe != nullptr;
    for (size_t i = 0; i < server.sandbox.write.size(); ++i) {
      const Mount& mount = server.sandbox.write[i];
      // The folder that a profile gives it.
      std::error_code ignored;
      if (mount.from == config->state / "servers" / name &&
          std::filesystem::create_directories(mount.from, ignored))
        std::filesystem::permissions(mount.from, std::filesystem::perms::owner_all, ignored);
      if (!mount.per_principal) continue;
      auto folder = folder_of(mount, whom);
      if (!folder) return std::unexpected(std::move(folder).error());
      plan.write[i].from = std::move(*folder);
    }
    static const sandbox::Host host = sandbox::Host::probe();
    auto child = sandbox::launch(plan, host);
    if (!child) return std::unexpected(std::move(child).error());
    net::ChildPipes pipes;
    pipes.input = std::move(child->stdin_);
    pipes.output = std::move(child->stdout_);
    pipes.errors = std::move(child->stderr_);
    for (auto& listening : child->listening)
      pipes.doors.push_back(door_of(std::move(listening), plan.network));
    child->listening.clear();
    pipes.reduced = child->reduced;
    pipes.events.reset(::fcntl(child->control.get(), F_DUPFD_CLOEXEC, 0));
    HeldChild::Observer watcher;
    if (observe) watcher = [observe, name](const std::string& seen) { observe(name, seen); };
    auto held = std::make_shared<HeldChild>(std::move(*child), std::move(watcher));
    pipes.kill = [held] { held->end(); };
    pipes.next_event = [held] { return held->next_event(); };
    return pipes;
  };
}

}  // namespace doorward::app
