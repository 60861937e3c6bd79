// `doorward sandbox learn NAME`: serves one server on standard input and output as `wrap` does, all
// walls in place, watches what it uses and is denied, and proposes the narrowest profile.
#include "app/command_learn.h"

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "app/add_command.h"
#include "app/instance.h"
#include "app/local_server.h"
#include "app/sandbox_words.h"
#include "net/stdio_client.h"
#include "sandbox/host.h"
#include "sandbox/learn.h"
#include "wire/json.h"

namespace doorward::app {

namespace asio = net::asio;

namespace {

struct LearnOptions {
  std::string name;
  std::string output;
  unsigned seconds = 0;
};

using Lessons = Locked<sandbox::Lessons>;

// Until the client closes its side, or a signal.
void serve_client(Instance& instance, const std::string& name) {
  asio::io_context waiting(1);
  asio::signal_set signals(waiting, SIGTERM, SIGINT);
  signals.async_wait([](const net::error_code&, int) {});
  core::Principal local{"local", "", {}, {}, "wrap"};
  asio::co_spawn(
      instance.server().executor(),
      net::serve_stdio(instance.gateway(), STDIN_FILENO, STDOUT_FILENO, std::move(local), name),
      [&waiting](std::exception_ptr) { waiting.stop(); });
  waiting.run();
}

// Nobody calls it: it is started and asked for its definitions.
void only_look(Instance& instance, const std::string& name, std::chrono::seconds time) {
  instance.looker().look_at(name);
  asio::io_context waiting(1);
  asio::signal_set signals(waiting, SIGTERM, SIGINT);
  signals.async_wait([](const net::error_code&, int) {});
  waiting.run_for(time);
}

std::string list_of(const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string out = std::string(title) + "\n";
  for (const auto& line : lines) out += "  - " + line + "\n";
  return out;
}

int score_with(sandbox::LaunchPlan plan, const sandbox::Proposal& proposal) {
  plan.read = proposal.read;
  plan.write = proposal.write;
  plan.network = proposal.network;
  return sandbox::explain_parts(plan, sandbox::Host::probe()).score;
}

std::string words(const sandbox::LaunchPlan& plan, const sandbox::Proposal& proposal, size_t seen) {
  const int before = sandbox::explain_parts(plan, sandbox::Host::probe()).score;
  std::string out = "# server `" + plan.name + "`: " + std::to_string(seen) +
                    " different things were seen; tightness " + std::to_string(before) + " -> " +
                    std::to_string(score_with(plan, proposal)) +
                    " of 100\n# `env` and `limits` stay as they are; try it before you keep it\n";
  out +=
      "servers:\n  " + plan.name + ":\n    sandbox:\n" + sandbox::proposal_yaml(proposal, "      ");
  std::string notes =
      list_of("it lacked, and gets here:", proposal.added) +
      list_of("it did not use, and loses:", proposal.dropped) +
      list_of("it tried, and should not get:", proposal.refused) +
      list_of("it asked whether these are there; add what it needs:", proposal.asked);
  for (size_t at = 0; at < notes.size();) {
    const size_t end = notes.find('\n', at);
    out += "# " + notes.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

std::string strings_json(const std::vector<std::string>& lines) {
  std::string out = "[";
  for (const auto& line : lines) out += (out.size() > 1 ? "," : "") + wire::json_quote(line);
  return out + "]";
}

std::string json(const sandbox::LaunchPlan& plan, const sandbox::Proposal& proposal, size_t seen) {
  return R"({"server":)" + wire::json_quote(plan.name) + R"(,"seen":)" + std::to_string(seen) +
         R"(,"sandbox":)" + wire::json_quote(sandbox::proposal_yaml(proposal, "")) +
         R"(,"score":)" + std::to_string(score_with(plan, proposal)) + R"(,"added":)" +
         strings_json(proposal.added) + R"(,"dropped":)" + strings_json(proposal.dropped) +
         R"(,"refused":)" + strings_json(proposal.refused) + R"(,"asked":)" +
         strings_json(proposal.asked) + "}\n";
}

Expected<std::shared_ptr<Lessons>> watch(Config config, const LearnOptions& options) {
  // What it refuses the server would never be seen to lack. The kernel's walls stand behind it.
  config.guards["isolation.path_root"] = GuardMode::observe;
  auto lessons = std::make_shared<Lessons>();
  std::string stamp = rfc3339(wall_now()).substr(0, 19);
  std::replace(stamp.begin(), stamp.end(), ':', '-');
  const Path log_folder =
      config.state / "learn" / (stamp + "-" + std::to_string(::getpid())) / "audit";
  std::error_code ignored;
  std::filesystem::create_directories(log_folder, ignored);
  auto instance = Instance::make(
      std::move(config), {.log_folder = log_folder,
                          .exclusive = false,
                          .threads = 1,
                          .observe = [lessons, name = options.name](const std::string& server,
                                                                    const std::string& seen) {
                            if (server == name) lessons->with([&](auto& held) { held.add(seen); });
                          }});
  if (!instance) return std::unexpected(std::move(instance).error());
  (*instance)->server().start();
  if (options.seconds == 0)
    serve_client(**instance, options.name);
  else
    only_look(**instance, options.name, std::chrono::seconds(options.seconds));
  (*instance)->server().drain();
  return lessons;
}

int learn(const CommonOptions& common, const LearnOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  const auto server = config->servers.find(options.name);
  if (server == config->servers.end() || !server->second.is_local()) {
    std::cerr << "there is no server `" << options.name << "` that runs here\n";
    return kUsage;
  }
  const bool alone = options.seconds > 0;
  if (!alone && ::isatty(STDIN_FILENO) == 1) {
    std::cerr << "point an MCP client at this command instead of at `doorward wrap` and use the "
                 "server, or give `--seconds N` to look at its start only\n";
    return kUsage;
  }
  auto lessons = watch(*config, options);
  if (!lessons) return tell(lessons.error());
  const sandbox::LaunchPlan plan = plan_to_show(*config, options.name);
  const sandbox::Lessons seen = (*lessons)->with([](auto& held) { return held; });
  const sandbox::Proposal proposal = seen.propose(plan);
  const std::string text =
      common.json ? json(plan, proposal, seen.size()) : words(plan, proposal, seen.size());
  if (!options.output.empty()) {
    std::ofstream file(options.output, std::ios::trunc);
    file << text;
    if (!file.flush()) {
      std::cerr << "`" << options.output << "` can't be written\n";
      return kCouldNot;
    }
    return kFine;
  }
  // Standard output is the client's.
  (alone ? std::cout : std::cerr) << text << std::flush;
  return seen.size() == 0 ? kCouldNot : kFine;
}

}  // namespace

void add_learn_command(const CommandLine& line, CLI::App& sandbox) {
  auto [command, options] =
      add_command(line, sandbox, "learn",
                  "watch a server that is used, and propose the narrowest profile", learn);
  command->add_option("NAME", options->name, "the server, as the configuration calls it")
      ->required();
  command->add_option("--seconds", options->seconds,
                      "without a client: look at its start for so long");
  command->add_option("--output", options->output, "write the proposal to this file");
}

}  // namespace doorward::app
