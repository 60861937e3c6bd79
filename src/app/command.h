// What the commands of the CLI share.
#pragma once

#include <iostream>
#include <string>

#include "app/config/load.h"

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

}  // namespace doorward::app
