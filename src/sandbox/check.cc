#include "sandbox/check.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "sandbox/egress.h"
#include "sandbox/resolve.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> bad(std::string what) {
  return failure("sandbox.plan", Fault::client, std::move(what));
}

// Of the host: never shown, not even read-only, whole or in part.
constexpr const char* kNever[] = {"/proc", "/sys", "/dev"};
// Read-only is a matter of taste; written they are the host itself.
constexpr const char* kNeverWritten[] = {
    "/usr",  "/bin", "/sbin", "/lib",     "/lib32",          "/lib64",       "/libx32",
    "/boot", "/etc", "/run",  "/var/run", "/var/spool/cron", "/var/spool/at"};
// What makes somebody root, or this host: no server needs to read it.
constexpr const char* kSecrets[] = {"/etc/shadow",   "/etc/shadow-",    "/etc/gshadow",
                                    "/etc/gshadow-", "/etc/sudoers",    "/etc/sudoers.d",
                                    "/root/.ssh",    "/etc/ssl/private"};
// Whoever reaches them is root: they, and the folders that they lie in, where sockets can be used.
constexpr const char* kContainerSockets[] = {
    "/run/docker.sock",           "/run/containerd/containerd.sock", "/run/podman/podman.sock",
    "/run/crio/crio.sock",        "/run/libvirt/libvirt-sock",       "/run/systemd/private",
    "/run/dbus/system_bus_socket"};
// Inside: what the sandbox itself puts up.
constexpr const char* kTaken[] = {"/usr",   "/bin",    "/sbin", "/lib", "/lib32",
                                  "/lib64", "/libx32", "/proc", "/dev", "/sys"};
constexpr const char* kTakenExactly[] = {"/",          "/etc",           "/etc/passwd",
                                         "/etc/group", "/etc/hosts",     "/etc/nsswitch.conf",
                                         "/tmp",       "/.doorward-init"};
// Variables with which a value becomes code in every program that is started.
constexpr const char* kLoader[] = {"LD_PRELOAD", "LD_AUDIT", "GCONV_PATH", "BASH_ENV"};

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

bool is_name(std::string_view name) {
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 64 && lower(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return lower(c) || c == '_' || c == '-'; });
}

bool is_variable(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_plain(const fs::path& path) {
  return path.is_absolute() && !has_nul(path.native()) && path == path.lexically_normal() &&
         std::ranges::find(path, fs::path("..")) == path.end();
}

Expected<void> check_mount(const Mount& mount, bool write, const LaunchPlan& plan) {
  const std::string from = mount.from.string();
  const fs::path& to = mount.to.empty() ? mount.from : mount.to;
  if (!is_plain(mount.from) || !is_plain(to)) {
    return bad("mount `" + from + "`: both paths must be absolute, without `.` and `..`");
  }
  if (mount.from == "/") return bad("mount `/`: the whole root can't be shown");
  for (const char* root : kNever) {
    if (is_within(mount.from, root))
      return bad("mount `" + from + "`: kernel and device files stay out");
  }
  if (mount.from.extension() == ".sock") return bad("mount `" + from + "`: sockets stay out");
  for (const char* root : kNeverWritten) {
    if (write && is_within(mount.from, root))
      return bad("mount `" + from + "`: part of the system, can't be written");
  }
  for (const char* secret : kSecrets) {
    if (is_within(mount.from, secret))
      return bad("mount `" + from + "`: who reads it can become somebody else on this host");
  }
  if (is_within(mount.from, "/etc/ssh") && mount.from.filename().string().starts_with("ssh_host_"))
    return bad("mount `" + from + "`: it is what this host proves itself with");
  for (const char* socket : kContainerSockets) {
    const std::string old = std::string("/var") + socket;
    if (is_within(mount.from, socket) || is_within(mount.from, old) ||
        (plan.unix_sockets && (is_within(socket, mount.from) || is_within(old, mount.from))))
      return bad("mount `" + from + "`: the socket `" + socket +
                 "` lies there, and who reaches it is root");
  }
  if (!plan.state.empty() &&
      (is_within(plan.state, mount.from) || is_within(mount.from, plan.state))) {
    // Folders of servers and installed packages below the state folder are Doorward's to give.
    const auto packages = plan.state / "packages";
    const bool package = !write && mount.from != packages && is_within(mount.from, packages);
    if (!package && !is_within(mount.from, plan.state / "servers" / plan.name)) {
      return bad("mount `" + from + "`: holds Doorward's own state");
    }
  }
  for (const char* root : kTaken) {
    if (is_within(to, root) && !(to == mount.from && is_system(to) && !write)) {
      return bad("mount at `" + to.string() + "`: the sandbox needs this place");
    }
  }
  for (const char* root : kTakenExactly) {
    if (to == root) return bad("mount at `" + to.string() + "`: the sandbox needs this place");
  }
  return {};
}

Expected<void> check_mounts(const LaunchPlan& plan) {
  std::set<fs::path> places;
  for (const bool write : {false, true}) {
    for (const Mount& mount : write ? plan.write : plan.read) {
      if (auto good = check_mount(mount, write, plan); !good) return good;
      const fs::path& to = mount.to.empty() ? mount.from : mount.to;
      if (!places.insert(to).second) return bad("two mounts at `" + to.string() + "`");
    }
  }
  if (places.size() > 256) return bad("more than 256 mounts");
  return {};
}

Expected<void> check_env(const LaunchPlan& plan) {
  for (const auto& [name, value] : plan.env) {
    if (!is_variable(name)) return bad("variable `" + name + "`: not a name");
    if (has_nul(value.reveal())) return bad("variable `" + name + "`: its value holds a NUL byte");
    if (std::ranges::find(kLoader, std::string_view(name)) != std::end(kLoader)) {
      return bad("variable `" + name + "`: it makes programs load other code");
    }
  }
  return {};
}

Expected<void> check_limits(const Limits& limits) {
  if (limits.memory < (16ULL << 20)) return bad("limits: memory is below 16 MiB");
  if (limits.processes < 4) return bad("limits: processes is below 4");
  if (!(limits.cpu >= 0.01 && limits.cpu <= 1024)) return bad("limits: cpu is not in 0.01-1024");
  if (limits.open_files < 32) return bad("limits: open_files is below 32");
  if (limits.tmp < (1ULL << 20)) return bad("limits: tmp is below 1 MiB");
  if (limits.disk == 0 || limits.file_size == 0)
    return bad("limits: disk and file_size can't be 0");
  return {};
}

}  // namespace

Expected<void> check(const LaunchPlan& plan) {
  if (!is_name(plan.name)) return bad("`" + plan.name + "` is no server name");
  if (plan.command.empty() || plan.command[0].empty()) return bad("the command is empty");
  if (std::ranges::any_of(plan.command, has_nul)) return bad("the command holds a NUL byte");
  if (plan.command.size() > 1024) return bad("the command has more than 1024 words");
  if (auto good = check_mounts(plan); !good) return good;
  if (auto good = check_env(plan); !good) return good;
  for (const NetworkRule& rule : plan.network) {
    if (auto good = check_rule(rule); !good) return good;
  }
  if (plan.network.size() > 64) return bad("more than 64 network entries");
  return check_limits(plan.limits);
}

}  // namespace doorward::sandbox
