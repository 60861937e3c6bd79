// Which program a command means, and what it needs to be seen inside, read at launch time with
// the operator's search path and never with anything that a client or server says (R1.6).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

struct Program {
  std::filesystem::path path;  // absolute; what gets executed, under this name
  // Read-only mounts beside /usr that it needs: itself, its interpreter, and the folder of its
  // version manager or virtual environment.
  std::vector<std::filesystem::path> needs;
};

// `name` with a slash is a path (relative to `folder`), otherwise looked up in `search_path`.
// Errors: sandbox.plan: not found, not executable, a shim that points nowhere.
[[nodiscard]] Expected<Program> resolve_program(const std::string& name,
                                                const std::filesystem::path& folder,
                                                const std::string& search_path);

// What a command line names that it could not work without, for `wrap`, `scan` and `init`:
// of each argument that is an existing file inside a `node_modules` tree, the folder that holds
// the outermost such tree; of any other existing script, the script's folder when it holds a
// package.json or pyproject.toml, else the script alone. Folders given as arguments are data, not
// code: never returned.
[[nodiscard]] std::vector<Mount> default_reads(const std::vector<std::string>& command,
                                               const std::filesystem::path& folder);

// The command as it reads inside. A relative word that names an existing file or folder (counted
// from `folder`) becomes its absolute place inside, where a mount of the plan shows it; a word
// without a slash only when it is a file. Other words stay as they are.
[[nodiscard]] std::vector<std::string> inside_words(const LaunchPlan& plan);

// True for what every sandbox shows anyway (/usr and the links into it).
[[nodiscard]] bool is_system(const std::filesystem::path& path);
// True when `path` is `folder` or below it.
[[nodiscard]] bool is_within(const std::filesystem::path& path,
                             const std::filesystem::path& folder);

}  // namespace doorward::sandbox
