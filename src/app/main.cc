// The command line (INTERFACE, Commands).
#include <malloc.h>

#include <CLI/CLI.hpp>

#include "app/command.h"
#include "detect/pattern_set.h"

using namespace doorward::app;

namespace doorward::embedded {
std::string_view detector_tables();
}

namespace {

// Left to itself glibc moves this up to the size of what was freed last, and what large messages
// took stays with the process in pieces: a crowd that reads nothing then costs half as much again.
constexpr int kGivenBackAtOnce = 256 * 1024;  // bytes

// A word that is no command is named, with what may be meant left to `--help`.
int tell_misuse(const CLI::App& cli, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() != 0 && cli.get_subcommands().empty())
    for (int i = 1; i < argc; ++i) {
      const std::string_view word = argv[i];
      if (word == "--config" || word == "--format") {
        ++i;
      } else if (!word.starts_with('-')) {
        std::cerr << "`" << word << "` is no command; `doorward --help` lists them\n";
        return kUsage;
      }
    }
  return cli.exit(error, std::cout, std::cerr) == 0 ? kFine : kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  mallopt(M_MMAP_THRESHOLD, kGivenBackAtOnce);
  doorward::detect::use_compiled(doorward::embedded::detector_tables());
  CLI::App cli("Doorward: a security gateway for the Model Context Protocol", "doorward");
  cli.set_version_flag("--version", "doorward " DOORWARD_VERSION);
  cli.require_subcommand(1);
  cli.fallthrough();
  CommonOptions common;
  int exit_code = kFine;
  // They may stand before the command as well as behind it.
  const auto add_common = [&](CLI::App& to, bool sarif) {
    to.add_option("--config", common.config, "the configuration file")
        ->each([&](const std::string&) { common.config_given = true; });
    to.add_option("--format", common.format, sarif ? "text, json or sarif" : "text or json")
        ->check(sarif ? CLI::IsMember({"text", "json", "sarif"}) : CLI::IsMember({"text", "json"}));
  };
  add_common(cli, false);
  const auto add = [&](CLI::App& to, const std::string& name, const std::string& text) {
    CLI::App* const command = to.add_subcommand(name, text);
    add_common(*command, name == "scan");
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
  add_login_command(line);
  add_replay_command(line);
  add_redteam_command(line);

  // What stands behind the first `--` is somebody else's command line.
  std::vector<std::string> wrapped;
  int own = argc;
  for (int i = 1; i < argc && own == argc; ++i)
    if (std::string_view(argv[i]) == "--") own = i;
  for (int i = own + 1; i < argc; ++i) wrapped.emplace_back(argv[i]);
  try {
    cli.parse(own, argv);
  } catch (const CLI::ParseError& error) {
    return tell_misuse(cli, error, own, argv);
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
