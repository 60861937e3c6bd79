// The command `doorward sandbox learn`, below `doorward sandbox`.
#pragma once

#include <CLI/CLI.hpp>

#include "app/command.h"

namespace doorward::app {

void add_learn_command(const CommandLine& line, CLI::App& sandbox);

}  // namespace doorward::app
