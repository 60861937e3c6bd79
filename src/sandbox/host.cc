#include "sandbox/host.h"

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

fs::path own_program() {
  char buffer[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", buffer, sizeof buffer);
  if (size <= 0) return {};
  return std::string(buffer, static_cast<size_t>(size));
}

fs::path if_program(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || access(path.c_str(), X_OK) != 0) return {};
  // The launcher opens it without following links.
  return fs::canonical(path, error);
}

}  // namespace

Host Host::probe(const fs::path& programs) {
  Host host;
  host.self = own_program();
  // Not from PATH: whoever sets that would choose the walls.
  for (const char* folder : {"/usr/bin", "/bin", "/usr/local/bin"}) {
    if (host.bwrap.empty()) host.bwrap = if_program(fs::path(folder) / "bwrap");
  }
  fs::path beside = programs.empty() ? host.self.parent_path() : programs;
  host.launcher = if_program(beside / "doorward-launch");
  host.init = if_program(beside / "doorward-init");
  if (host.launcher.empty() && programs.empty()) {
    // An installation: bin/doorward and libexec/doorward/doorward-launch.
    beside = beside.parent_path() / "libexec/doorward";
    host.launcher = if_program(beside / "doorward-launch");
    host.init = if_program(beside / "doorward-init");
  }
  host.root = geteuid() == 0;
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  host.landlock = version > 0 ? static_cast<int>(version) : 0;
  host.cgroups = find_cgroups(read_cgroup_view());
  sweep_cgroups(host.cgroups);
  return host;
}

}  // namespace doorward::sandbox
