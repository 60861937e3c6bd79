#include <unistd.h>

#include <csignal>
#include <future>

#include "app/command.h"
#include "app/config/fetched_servers.h"
#include "app/instance.h"
#include "app/onboard/package.h"
#include "app/onboard/profile.h"
#include "app/starter.h"
#include "net/stdio_client.h"

namespace doorward::app {

namespace asio = net::asio;

namespace {

// A log folder of this process's own: two clients may wrap the same configuration at a time.
Path own_log_folder(const Path& state) {
  std::string name = rfc3339(wall_now()).substr(0, 19);
  std::replace(name.begin(), name.end(), ':', '-');
  return state / "wrap" / (name + "-" + std::to_string(::getpid())) / "audit";
}

}  // namespace

int wrap_command(const CommonOptions& common, const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  Config config;
  std::error_code ignored;
  const bool there = std::filesystem::exists(common.config, ignored);
  if (there || common.config_given) {
    if (auto renewed = renew_servers(common.config, log_line); !renewed)
      return tell(renewed.error());
    auto loaded = load_config(common.config);
    if (!loaded) return tell(loaded.error());
    config = std::move(*loaded);
  } else if (command.empty()) {
    std::cerr << "wrap needs a command (`doorward wrap -- CMD ARG…`) or a configuration\n";
    return kUsage;
  } else {
    config = starter_config();
    // It speaks for one server; what stands elsewhere is none of its business.
    config.catalog.discover = std::chrono::milliseconds(0);
  }
  std::string server;
  if (!command.empty()) {
    // A package runner has no network in the sandbox: its package is installed once, and kept.
    std::vector<std::string> direct = command;
    if (const auto wanted = package_command(command)) {
      auto package = install(*wanted, config.state);
      if (!package) return tell(package.error());
      direct = direct_command(*package, *wanted);
    }
    auto added = add_wrapped_server(config, direct);
    if (!added) return tell(added.error());
    server = added->name;
    for (const std::string& note : added->notes) log_line("server `" + server + "`: " + note);
    Server& wrapped = config.servers.at(server);
    for (const std::string& note :
         apply_profile(wrapped, package_of(wrapped.command), config.state / "servers" / server))
      log_line("server `" + server + "`: " + note);
  }
  const Path log_folder = own_log_folder(config.state);
  std::filesystem::create_directories(log_folder, ignored);
  auto instance = Instance::make(std::move(config),
                                 {.log_folder = log_folder, .exclusive = false, .threads = 1});
  if (!instance) return tell(instance.error());
  // The first to come has the place that everyone looks at; a further one has its own.
  if (auto socket = (*instance)->listen_on_socket(); !socket)
    if (auto own = (*instance)->listen_on_socket(log_folder.parent_path()); !own)
      log_line(own.error().what);
  (*instance)->server().start();

  asio::io_context waiting(1);
  asio::signal_set signals(waiting, SIGTERM, SIGINT);
  signals.async_wait([](const net::error_code&, int) {});
  net::Server& served = (*instance)->server();
  core::Principal local{"local", "", {}, {}, "wrap"};
  asio::co_spawn(served.executor(),
                 net::serve_stdio((*instance)->gateway(), STDIN_FILENO, STDOUT_FILENO,
                                  std::move(local), server),
                 [&waiting](std::exception_ptr) { waiting.stop(); });
  waiting.run();
  served.drain();
  instance->reset();
  return kFine;
}

}  // namespace doorward::app
