#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "app/command.h"
#include "app/config/fetched_servers.h"
#include "app/instance.h"
#include "app/state.h"

namespace doorward::app {

namespace asio = net::asio;

namespace {

unsigned io_threads() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

// As many descriptors as this user may have; how many connections are taken follows from it.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void tell_tokens(const Config& config) {
  if (takes_local_token(config))
    log_line("clients send `Authorization: Bearer TOKEN` with the token in `" +
             (config.state / "local-token").string() + "`");
  else if (!config.identity.has_clients())
    log_line(
        "`identity` names no client, so none is let in; add `tokens`, `oauth` or `mtls` (`doorward "
        "token new ID`), or take the section out for the local token");
  log_line("operators use the token in `" + (config.state / "operator-token").string() + "`");
}

// What a person sends to the process. It is caught from the start on: a SIGHUP right behind `ready`
// is a reload and no end.
struct Signals {
  asio::io_context io{1};
  asio::signal_set set{io, SIGTERM, SIGINT, SIGHUP};
};

// Until SIGTERM or SIGINT; SIGHUP reloads.
void wait_for_end(Signals& caught, Instance& instance) {
  std::function<void(const net::error_code&, int)> take = [&](const net::error_code& error,
                                                              int number) {
    if (error) return;
    if (number != SIGHUP) return;
    auto reloaded = instance.reload();
    log_line(reloaded ? "reloaded" : "not reloaded, nothing changed: " + reloaded.error().what);
    caught.set.async_wait(take);
  };
  caught.set.async_wait(take);
  caught.io.run();
}

}  // namespace

int run_command(const CommonOptions& common) {
  std::signal(SIGPIPE, SIG_IGN);
  if (auto renewed = renew_servers(common.config, log_line); !renewed) return tell(renewed.error());
  auto config = load_config(common.config);
  if (!config) return tell(config.error());
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of the write, not the end
  raise_descriptor_limit();
  Signals signals;
  const Path log_folder = config->state / "audit";
  auto instance =
      Instance::make(std::move(*config), {.log_folder = log_folder, .threads = io_threads()});
  if (!instance) return tell(instance.error());
  auto lines = (*instance)->listen();
  if (!lines) return tell(lines.error());
  if (auto socket = (*instance)->listen_on_socket(); !socket) return tell(socket.error());
  tell_tokens(*(*instance)->config());
  (*instance)->server().start();
  for (const auto& line : *lines) std::cout << line << "\n";
  std::cout << "ready\n" << std::flush;
  wait_for_end(signals, **instance);
  log_line("stopping: calls under way may end");
  (*instance)->server().drain();
  instance->reset();
  log_line("stopped");
  return kFine;
}

}  // namespace doorward::app
