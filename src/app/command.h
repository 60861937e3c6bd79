// What the commands of the CLI share.
#pragma once

#include <functional>
#include <iostream>
#include <string>

#include "app/config/load.h"

namespace CLI {
class App;
}

namespace doorward::app {

// Exit codes (INTERFACE, Commands).
inline constexpr int kFine = 0;
inline constexpr int kFindings = 1;
inline constexpr int kUsage = 2;
inline constexpr int kCouldNot = 3;

struct CommonOptions {
  std::string config = "./doorward.yaml";
  bool config_given = false;
  bool json = false;
  std::string format = "text";       // text, json; of scan also sarif
  std::vector<std::string> wrapped;  // what stands behind the first `--`
};

// Tells a fault on standard error and gives its exit code: 2 for the configuration, else 3.
inline int tell(const Error& error) {
  std::cerr << error.what << "\n";
  return error.code.starts_with("config.") || error.code.starts_with("policy.") ? kUsage
                                                                                : kCouldNot;
}

int run_command(const CommonOptions& common);
int wrap_command(const CommonOptions& common, const std::vector<std::string>& command);
int check_command(const CommonOptions& common);
int token_new_command(const CommonOptions& common, const std::string& id,
                      const std::vector<std::string>& groups);

// The command line while it is put together.
struct CommandLine {
  CLI::App& cli;
  const CommonOptions& common;  // known once `chosen` runs
  // A command below `to`, with the options that all commands have.
  std::function<CLI::App*(CLI::App& to, const std::string& name, const std::string& text)> add;
  // Set by the command that was named; gives the exit code.
  std::function<int()>& chosen;
};
void add_audit_commands(const CommandLine& line);
void add_kill_command(const CommandLine& line);
void add_pin_commands(const CommandLine& line);
void add_policy_commands(const CommandLine& line);
void add_sandbox_commands(const CommandLine& line);
void add_doctor_command(const CommandLine& line);
void add_inspect_command(const CommandLine& line);
void add_init_command(const CommandLine& line);
void add_scan_command(const CommandLine& line);
void add_approvals_commands(const CommandLine& line);
void add_secrets_commands(const CommandLine& line);
void add_replay_command(const CommandLine& line);
void add_login_command(const CommandLine& line);
void add_redteam_command(const CommandLine& line);

}  // namespace doorward::app
