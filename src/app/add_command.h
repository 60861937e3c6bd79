// Adds one command to the command line, with options of its own.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "app/command.h"

namespace doorward::app {

// `run` is called with the filled options once the whole command line was understood. They live as
// long as the functions of the command line.
template <class Options>
[[nodiscard]] std::pair<CLI::App*, std::shared_ptr<Options>> add_command(
    const CommandLine& line, CLI::App& to, const std::string& name, const std::string& text,
    int (*run)(const CommonOptions&, const Options&)) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = line.add(to, name, text);
  command->callback([options, run, chosen = &line.chosen, common = &line.common] {
    *chosen = [options, run, common] { return run(*common, *options); };
  });
  return {command, options};
}

}  // namespace doorward::app
