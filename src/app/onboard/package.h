// Servers that are started by a package runner (`npx -y NAME`): a sandboxed server has no network
// and no home to install from, so its package is installed once, with no script of its own run,
// and started from there (R11.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

enum class Runner : uint8_t { npm, python };

// `npx -y @scope/name@1.2.3 --flag` as what it means.
struct PackageCommand {
  Runner runner = Runner::npm;
  std::string name;     // `@scope/name`
  std::string version;  // a version, a range or a tag; "" = the newest
  std::string program;  // of several that the package has; "" = its own
  std::vector<std::string> arguments;
};
// Nothing where the command runs no package. npx, bunx, `npm exec`, `pnpm dlx`, `yarn dlx`, uvx,
// `uv tool run`, `pipx run`.
[[nodiscard]] std::optional<PackageCommand> package_command(
    const std::vector<std::string>& command);

struct Package {
  std::string name, version;
  std::string integrity;  // of the registry, `sha512-…`
  Path folder;            // everything that it loads lies below
  Path entry;             // what node runs
};

// Installs into `state/packages/NAME@VERSION`, or finds it there when the version is exact. Waits
// for the package manager. Errors: init.package (what is missing, what it said), init.runner.
[[nodiscard]] Expected<Package> install(const PackageCommand& wanted, const Path& state);

// The command that starts it without the runner.
[[nodiscard]] std::vector<std::string> direct_command(const Package& package,
                                                      const PackageCommand& wanted);

}  // namespace doorward::app
