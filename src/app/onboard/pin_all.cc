#include "app/onboard/pin_all.h"

#include <iostream>

#include "app/command.h"
#include "app/onboard/run_program.h"

namespace doorward::app {

int pin_all(const Config& config, void (*tell)(const std::string&),
            std::vector<std::string>& unlisted) {
  tell("starting each server in its sandbox to pin what it offers");
  std::error_code error;
  const Path self = std::filesystem::read_symlink("/proc/self/exe", error);
  auto ran = run_program(
      {self.string(), "pin", "approve", "--all", "--config", config.file.string()}, config.folder);
  if (!ran) return doorward::app::tell(ran.error());
  std::cout << ran->output << std::flush;
  for (const auto& [name, _] : config.servers)
    if (("\n" + ran->output).find("\n" + name + ": can't be listed") != std::string::npos)
      unlisted.push_back(name);
  return ran->exit_code;
}

}  // namespace doorward::app
