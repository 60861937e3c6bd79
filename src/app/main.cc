// The command line (INTERFACE, Commands).
#include <CLI/CLI.hpp>

#include "app/command.h"
#include "detect/pattern_set.h"

using namespace doorward::app;

namespace doorward::embedded {
std::string_view detector_tables();
}

int main(int argc, char** argv) {
  doorward::detect::use_compiled(doorward::embedded::detector_tables());
  CLI::App cli("Doorward: a security gateway for the Model Context Protocol", "doorward");
  cli.set_version_flag("--version", "doorward " DOORWARD_VERSION);
  cli.require_subcommand(1);
  cli.fallthrough();
  CommonOptions common;
  int exit_code = kFine;
  const auto add = [&](CLI::App& to, const std::string& name, const std::string& text) {
    CLI::App* const command = to.add_subcommand(name, text);
    command->add_option("--config", common.config, "the configuration file")
        ->each([&](const std::string&) { common.config_given = true; });
    const bool sarif = name == "scan";
    command->add_option("--format", common.format, sarif ? "text, json or sarif" : "text or json")
        ->check(sarif ? CLI::IsMember({"text", "json", "sarif"}) : CLI::IsMember({"text", "json"}));
    return command;
  };

  CLI::App* const run = add(cli, "run", "the gateway: all listeners, servers and guards");
  CLI::App* const wrap = add(cli, "wrap", "the gateway over standard input and output");
  wrap->footer("doorward wrap [--config F] -- CMD ARG…");
  CLI::App* const check = add(cli, "check", "which of the 87 requirements are enforced here");
  CLI::App* const token = cli.add_subcommand("token", "static tokens");
  token->require_subcommand(1);
  CLI::App* const token_new = add(*token, "new", "makes a token, prints it once");
  std::string token_id;
  std::vector<std::string> token_groups;
  token_new->add_option("id", token_id, "who holds it")->required();
  token_new->add_option("--group", token_groups, "a group of the holder");

  std::function<int()> chosen;
  const CommandLine line{cli, common, add, chosen};
  add_audit_commands(line);
  add_kill_command(line);
  add_pin_commands(line);
  add_policy_commands(line);
  add_sandbox_commands(line);
  add_doctor_command(line);
  add_inspect_command(line);
  add_init_command(line);
  add_scan_command(line);
  add_approvals_commands(line);
  add_secrets_commands(line);
  add_replay_command(line);

  // What stands behind the first `--` is somebody else's command line.
  std::vector<std::string> wrapped;
  int own = argc;
  for (int i = 1; i < argc && own == argc; ++i)
    if (std::string_view(argv[i]) == "--") own = i;
  for (int i = own + 1; i < argc; ++i) wrapped.emplace_back(argv[i]);
  try {
    cli.parse(own, argv);
  } catch (const CLI::ParseError& error) {
    const int code = cli.exit(error, std::cout, std::cerr);
    return code == 0 ? kFine : kUsage;
  }
  common.json = common.format == "json";
  common.wrapped = wrapped;
  if (run->parsed()) {
    exit_code = run_command(common);
  } else if (wrap->parsed()) {
    exit_code = wrap_command(common, wrapped);
  } else if (check->parsed()) {
    exit_code = check_command(common);
  } else if (token_new->parsed()) {
    exit_code = token_new_command(common, token_id, token_groups);
  } else if (chosen) {
    exit_code = chosen();
  }
  return exit_code;
}
