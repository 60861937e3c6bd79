#include "app/starter.h"

#include <algorithm>
#include <cstdlib>

#include "app/onboard/profile.h"
#include "base/bytes.h"
#include "sandbox/powers.h"
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

// Never handed out because they stand among the arguments: too much lies below them, or keys.
bool too_wide(const Path& folder) {
  const char* const home = std::getenv("HOME");
  if (folder == "/" || (home != nullptr && folder == Path(home))) return true;
  for (const char* const system : {"/etc", "/usr", "/var", "/home", "/root", "/proc", "/sys",
                                   "/dev", "/boot", "/run", "/tmp", "/opt", "/srv", "/mnt"})
    if (folder == system) return true;
  // Folders of the root itself, such as `/data`, are somebody's choice.
  const bool of_root = folder.parent_path() == "/";
  return (!of_root && sandbox::is_wide(folder)) || sandbox::holds_credentials(folder);
}

// Written so that nobody could mean anything else: `/srv/notes`, `./notes`.
bool is_written_path(const std::string& word) {
  return word.starts_with('/') || word.starts_with("./") || word.starts_with("../") ||
         word == "." || word == "..";
}

// The files that it imports from its own folder are not there inside.
void tell_of_hidden_files(const Server& server, std::vector<std::string>& notes) {
  std::error_code ignored;
  for (const Mount& mount : server.sandbox.read) {
    const std::string ending = mount.from.extension().string();
    if (ending.empty() || !std::filesystem::is_regular_file(mount.from, ignored)) continue;
    for (const auto& beside :
         std::filesystem::directory_iterator(mount.from.parent_path(), ignored)) {
      if (beside.path() == mount.from || beside.path().extension() != ending) continue;
      notes.push_back("of `" + mount.from.parent_path().string() + "` it sees `" +
                      mount.from.filename().string() +
                      "` alone; where it needs what lies beside it, list the folder under `read:`");
      break;
    }
  }
}

// A folder among the arguments: to read, or to write where that is what the package is for.
void show_folder(Server& server, const Path& folder, bool write, std::vector<std::string>& notes) {
  const std::string name = "`" + folder.string() + "`";
  if (too_wide(folder)) {
    notes.push_back("it does not get " + name +
                    ": too much lies there, or credentials; name a folder below it, or list it in "
                    "a configuration");
    return;
  }
  (write ? server.sandbox.write : server.sandbox.read).push_back({folder, folder});
  notes.push_back((write ? "it reads and changes " : "it reads ") + name +
                  (write ? "" : "; where it must write there, list it under `write:`"));
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

Expected<Wrapped> add_wrapped_server(Config& config, const std::vector<std::string>& command,
                                     const Path& folder) {
  Wrapped made;
  std::string& name = made.name = name_of(command);
  for (int number = 2; config.servers.contains(name) && number < 100; ++number)
    name = name_of(command).substr(0, 21) + "-" + std::to_string(number);
  Server server;
  server.command = command;
  std::error_code ignored;
  const Path here = folder.empty() ? std::filesystem::current_path(ignored) : folder;
  for (const auto& mount : sandbox::default_reads(command, here))
    server.sandbox.read.push_back({mount.from, mount.to.empty() ? mount.from : mount.to});
  tell_of_hidden_files(server, made.notes);
  const bool write = writes_folders(package_of(command));
  for (size_t i = 1; i < command.size(); ++i) {
    const bool written = is_written_path(command[i]);
    const Path real = std::filesystem::weakly_canonical(here / command[i], ignored);
    if (command[i].empty() || real.empty()) continue;
    if (std::filesystem::is_regular_file(real, ignored)) {
      // A bare word is a file only where it is the script that is run.
      const bool script = std::ranges::any_of(server.sandbox.read, [&](const Mount& mount) {
        return sandbox::is_within(real, mount.from);
      });
      if (written || (script && command[i - 1] != "-m")) server.command[i] = real.string();
    } else if (written && std::filesystem::is_directory(real, ignored)) {
      server.command[i] = real.string();
      const auto has = [&](const std::vector<Mount>& mounts) {
        return std::ranges::any_of(mounts, [&](const Mount& each) { return each.from == real; });
      };
      if (!has(server.sandbox.read) && !has(server.sandbox.write))
        show_folder(server, real, write, made.notes);
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
  return made;
}

}  // namespace doorward::app
