#include "app/check_powers.h"

#include <algorithm>
#include <cstdlib>

#include "app/sandbox_words.h"
#include "catalog/words.h"
#include "sandbox/host.h"
#include "sandbox/powers.h"
#include "sandbox/resolve.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

class Writer {
 public:
  void add(const std::string& server, std::string_view power, const std::string& what) {
    if (text_.size() > 1) text_ += ',';
    text_ += R"({"server":)" + wire::json_quote(server) + R"(,"power":)" + wire::json_quote(power) +
             R"(,"what":)" + wire::json_quote(what) + "}";
  }
  [[nodiscard]] std::string text() const { return text_ + "]"; }

 private:
  std::string text_ = "[";
};

void shared_by_principals(Writer& to, const std::string& name, const Server& server) {
  if (server.instances == Instances::shared)
    to.add(name, "principals.process",
           "one process serves all principals: what one of them leaves in it, another may see");
  for (const Mount& mount : server.sandbox.write)
    if (!mount.per_principal)
      to.add(name, "principals.files",
             "all principals share `" + mount.from.string() +
                 "`; where they may not, give each a folder of its own (`per_principal: true`)");
}

// Node, Python and their like: the program is a word behind them, and may be a folder.
bool runs_others(const Path& program) {
  std::string name = program.filename().string();
  name.resize(name.find_last_not_of("0123456789.") + 1);
  return catalog::is_interpreter(name);
}

// The files that a server is started from, as far as its command line names them.
std::vector<Path> program_files(const Config& config, const Server& server) {
  std::vector<Path> files;
  if (server.command.empty()) return files;
  const char* const search = std::getenv("PATH");
  if (auto program = sandbox::resolve_program(server.command[0], config.folder,
                                              search == nullptr ? "" : search)) {
    files.push_back(program->path);
    files.insert(files.end(), program->needs.begin(), program->needs.end());
  }
  bool found = !runs_others(server.command[0]);
  for (const std::string& word : server.command) {
    std::error_code error;
    const Path path = std::filesystem::weakly_canonical(config.folder / word, error);
    // Of the words behind the program a folder is what the server works on.
    if (error || (found && std::filesystem::is_directory(path, error))) continue;
    // A file that is not there yet would be that of whoever makes it.
    if (word.find('/') != std::string::npos || std::filesystem::is_regular_file(path, error)) {
      files.push_back(path);
      found = found || &word != &server.command.front();
    }
  }
  return files;
}

// Who writes where another server's program lies decides what that one does.
void programs_of_others(Writer& to, const Config& config, const std::string& name,
                        const Server& server) {
  for (const auto& [other, theirs] : config.servers) {
    if (other == name || !theirs.is_local()) continue;
    const std::vector<Path> files = program_files(config, theirs);
    for (const Mount& mount : server.sandbox.write)
      if (std::ranges::any_of(
              files, [&](const Path& file) { return sandbox::is_within(file, mount.from); }))
        to.add(name, "files.program",
               "it changes `" + mount.from.string() + "`, where the program of `" + other +
                   "` lies: what it writes there, that server runs with its own powers");
  }
}

}  // namespace

std::string powers_json(const Config& config) {
  // What a host offers does not change while a gateway runs.
  static const sandbox::Host host = sandbox::Host::probe();
  Writer to;
  for (const auto& [name, server] : config.servers) {
    if (!server.is_local()) continue;
    const sandbox::LaunchPlan plan = plan_to_show(config, name);
    for (const sandbox::Power& power : sandbox::dangerous_powers(plan))
      to.add(name, power.name, power.what);
    programs_of_others(to, config, name, server);
    // With the local token alone there is one principal.
    if (config.identity.has_clients()) shared_by_principals(to, name, server);
    const sandbox::Explanation parts = sandbox::explain_parts(plan, host);
    if (!parts.refused.empty())
      to.add(name, "wall.missing", "it would not start: " + parts.refused);
    for (const std::string& reduced : parts.reduced) to.add(name, "wall.reduced", reduced);
  }
  return to.text();
}

}  // namespace doorward::app
