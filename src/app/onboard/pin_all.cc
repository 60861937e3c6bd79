#include "app/onboard/pin_all.h"

#include <iostream>

#include "app/command.h"
#include "app/onboard/run_program.h"

namespace doorward::app {

int pin_all(const Config& config, const std::vector<std::string>& only,
            void (*tell)(const std::string&), std::vector<std::string>& unlisted) {
  tell("starting each server in its sandbox to pin what it offers");
  std::error_code error;
  const Path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::string> command{self.string(), "pin", "approve"};
  if (only.empty()) command.emplace_back("--all");
  command.insert(command.end(), only.begin(), only.end());
  command.insert(command.end(), {"--config", config.file.string()});
  auto ran = run_program(command, config.folder);
  if (!ran) return doorward::app::tell(ran.error());
  std::cout << ran->output << std::flush;
  // A Doorward that runs knows no server that was added since.
  const std::string output = "\n" + ran->output;
  for (const auto& [name, _] : config.servers)
    if (output.find("\n" + name + ": can't be listed") != std::string::npos ||
        output.find("\nnothing is called `" + name + "`") != std::string::npos)
      unlisted.push_back(name);
  return ran->exit_code;
}

}  // namespace doorward::app
