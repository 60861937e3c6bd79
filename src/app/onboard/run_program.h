// Runs a program of the operator's to its end: no shell, no input, its output kept.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

struct ProgramResult {
  int exit_code = -1;
  std::string output;  // standard output and error together, the last 64 KiB
};
// `words[0]` is looked up in PATH. Errors: init.program (it can't be started).
[[nodiscard]] Expected<ProgramResult> run_program(const std::vector<std::string>& words,
                                                  const Path& folder);

}  // namespace doorward::app
