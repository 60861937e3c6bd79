// `doorward sandbox explain NAME`: the powers that a server really gets on this host.
#include "app/add_command.h"
#include "app/command_learn.h"
#include "app/operator_client.h"
#include "app/sandbox_words.h"
#include "sandbox/host.h"
#include "sandbox/quarantine.h"

namespace doorward::app {

namespace {

struct ExplainOptions {
  std::string name;
};

int sandbox_explain(const CommonOptions& common, const ExplainOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  const auto server = config->servers.find(options.name);
  if (server == config->servers.end()) {
    std::string known;
    for (const auto& [name, each] : config->servers)
      known += (known.empty() ? "`" : ", `") + name + "`";
    std::cerr << "there is no server `" << options.name << "`; the configuration has "
              << (known.empty() ? "none" : known) << "\n";
    return kUsage;
  }
  if (!server->second.is_local()) {
    std::cout << (common.json ? remote_json(options.name, server->second.url) + "\n"
                              : remote_text(options.name, server->second.url));
    return kFine;
  }
  const sandbox::Host host = sandbox::Host::probe();
  const sandbox::LaunchPlan plan = plan_to_show(*config, options.name);
  const sandbox::Explanation parts = sandbox::explain_parts(plan, host);
  std::cout << (common.json ? explanation_json(parts) + "\n" : sandbox::explain(plan, host));
  return parts.refused.empty() ? kFine : kFindings;
}

// The running gateway releases it; without one the file goes.
int sandbox_release(const CommonOptions& common, const ExplainOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  if (!config->servers.contains(options.name)) {
    std::cerr << "there is no server `" << options.name << "`\n";
    return kUsage;
  }
  bool released = false;
  const auto answer =
      call_operator(*config, "POST", "/api/v1/servers/" + options.name + "/release");
  if (answer && answer->status == 200) {
    released = answer->body.find("true") != std::string::npos;
  } else if (answer) {
    std::cerr << "the gateway refuses: " << answer->body << "\n";
    return kCouldNot;
  } else {
    auto done = sandbox::Quarantine(config->state).release(options.name);
    if (!done) return tell(done.error());
    released = *done;
  }
  if (common.json)
    std::cout << R"({"released":)" << (released ? "true" : "false") << "}\n";
  else
    std::cout << "`" << options.name << "` "
              << (released ? "is out of quarantine" : "was not in quarantine") << "\n";
  return kFine;
}

}  // namespace

void add_sandbox_commands(const CommandLine& line) {
  CLI::App& sandbox = *line.cli.add_subcommand("sandbox", "the walls around local servers");
  sandbox.require_subcommand(1);
  auto [explain, options] = add_command(line, sandbox, "explain",
                                        "the powers that a server really gets", sandbox_explain);
  explain->add_option("NAME", options->name, "the server, as the configuration calls it")
      ->required();
  add_learn_command(line, sandbox);
  auto [release, whom] =
      add_command(line, sandbox, "release",
                  "let a server that broke its sandbox's rules start again", sandbox_release);
  release->add_option("NAME", whom->name, "the server")->required();
}

}  // namespace doorward::app
