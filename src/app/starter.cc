#include "app/starter.h"

#include <cstdlib>

#include "base/bytes.h"
#include "sandbox/resolve.h"

namespace doorward::app {

namespace {

Path home_state() {
  if (const char* const state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return Path(state) / "doorward";
  if (const char* const home = std::getenv("HOME"); home != nullptr && *home == '/')
    return Path(home) / ".local" / "state" / "doorward";
  return Path("/var/lib/doorward");
}

// `@modelcontextprotocol/server-filesystem/dist/index.js` -> `server-filesystem`.
std::string name_of(const std::vector<std::string>& command) {
  Path word = command.size() > 1 ? Path(command[1]) : Path(command[0]);
  for (const char* const plain : {"index.js", "dist", "build", "main.js", "cli.js"})
    if (word.filename() == plain) word = word.parent_path();
  std::string name;
  for (const char letter : word.filename().string()) {
    const char low = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    const bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    if (plain)
      name += low;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  name = name.substr(0, 24);
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "server" : name;
}

// Never handed out because they stand among the arguments: too much lies below them.
bool too_wide(const Path& folder) {
  const char* const home = std::getenv("HOME");
  if (folder == "/" || (home != nullptr && folder == Path(home))) return true;
  for (const char* const system : {"/etc", "/usr", "/var", "/home", "/root", "/proc", "/sys",
                                   "/dev", "/boot", "/run", "/tmp", "/opt"})
    if (folder == system) return true;
  return false;
}

}  // namespace

Config starter_config() {
  Config config;
  config.state = home_state();
  std::error_code ignored;
  config.folder = std::filesystem::current_path(ignored);
  policy::Rule allow;
  allow.id = "starter";
  allow.effect = policy::Effect::allow;
  allow.classes = core::ClassSet{core::ToolClass::read, core::ToolClass::write};
  policy::Rule hold;
  hold.id = "starter-hold";
  hold.effect = policy::Effect::hold;
  hold.classes = core::ClassSet{core::ToolClass::destructive, core::ToolClass::execute,
                                core::ToolClass::egress, core::ToolClass::identity};
  policy::Rule others;
  others.id = "starter-prompts";
  others.effect = policy::Effect::allow;
  others.prompts = {"*"};
  others.resources = {"*"};
  config.policy.rules = {allow, hold, others};
  config.hash = hex(sha256("starter policy 1"));
  return config;
}

Expected<std::string> add_wrapped_server(Config& config, const std::vector<std::string>& command,
                                         const Path& folder) {
  std::string name = name_of(command);
  for (int number = 2; config.servers.contains(name) && number < 100; ++number)
    name = name_of(command).substr(0, 21) + "-" + std::to_string(number);
  Server server;
  server.command = command;
  std::error_code ignored;
  const Path here = folder.empty() ? std::filesystem::current_path(ignored) : folder;
  for (const auto& mount : sandbox::default_reads(command, here))
    server.sandbox.read.push_back({mount.from, mount.to.empty() ? mount.from : mount.to});
  for (size_t i = 0; i < command.size(); ++i) {
    const Path given(command[i]);
    const Path path = given.is_absolute() ? given : here / given;
    const Path real = std::filesystem::weakly_canonical(path, ignored);
    if (i == 0 || real.empty() || !std::filesystem::exists(real, ignored)) continue;
    if (std::filesystem::is_directory(real, ignored)) {
      if (!too_wide(real)) server.sandbox.write.push_back({real, real});
      server.command[i] = real.string();
    } else {
      server.command[i] = real.string();
    }
  }
  if (config.file.empty()) {
    // Without a configuration nobody could have signed: the first sight is taken, and kept for this
    // very command. A second command of the same name never meets the pins of the first.
    server.pins = Pins::first_use;
    std::string whole;
    for (const std::string& word : server.command) whole.append(word).append(1, '\0');
    config.pins = config.state / "pins" / (name + "-" + hex(sha256(whole)).substr(0, 12) + ".lock");
  }
  config.servers[name] = std::move(server);
  return name;
}

}  // namespace doorward::app
