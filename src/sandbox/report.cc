// What `doctor` says about this host.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "sandbox/host.h"
#include "sandbox/launch.h"
#include "sandbox/seccomp.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

std::string first_word(const char* file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

HostItem bubblewrap(const Host& host) {
  if (host.bwrap.empty()) {
    return {"bubblewrap", Level::missing, "`bwrap` was not found in /usr/bin",
            "apt-get install bubblewrap   # or dnf, pacman, apk"};
  }
  return {"bubblewrap", Level::ok, "`" + host.bwrap.string() + "`", ""};
}

HostItem programs(const Host& host) {
  if (host.launcher.empty() || host.init.empty()) {
    return {"launcher", Level::missing,
            "`doorward-launch` and `doorward-init` must stand beside `doorward`",
            "install Doorward again, with all three programs"};
  }
  return {"launcher", Level::ok, "`" + host.launcher.string() + "`", ""};
}

HostItem user_namespaces() {
  const pid_t pid = fork();
  if (pid == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  int status = -1;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const char* name = "user namespaces";
  if (pid > 0 && status == 0) {
    // Ubuntu lets them be made, but without any power in them.
    if (geteuid() != 0 &&
        first_word("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1") {
      return {name, Level::reduced, "AppArmor restricts them for programs without a profile",
              "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   # or run as a service of "
              "root"};
    }
    return {name, Level::ok, "can be made", ""};
  }
  if (first_word("/proc/sys/kernel/unprivileged_userns_clone") == "0") {
    return {name, Level::missing, "switched off", "sysctl -w kernel.unprivileged_userns_clone=1"};
  }
  if (first_word("/proc/sys/user/max_user_namespaces") == "0") {
    return {name, Level::missing, "limited to none", "sysctl -w user.max_user_namespaces=15000"};
  }
  return {name, Level::missing, "can't be made here",
          "in a container: allow `unshare` in its seccomp profile, or run Doorward on the host"};
}

HostItem seccomp() {
  if (const auto made = filters(); !made) {
    return {"seccomp", Level::missing, made.error().what, "install libseccomp 2.5 or later"};
  }
  if (!fs::exists("/proc/sys/kernel/seccomp/actions_avail")) {
    return {"seccomp", Level::missing, "the kernel has none",
            "use a kernel with CONFIG_SECCOMP_FILTER"};
  }
  return {"seccomp", Level::ok, "filters can be made", ""};
}

HostItem control_groups(const Host& host) {
  switch (host.cgroups.kind) {
    case CgroupKind::v2:
      return {"control groups", Level::ok, "version 2, memory and processes", ""};
    case CgroupKind::v1:
      return {"control groups", Level::ok, "version 1, memory and processes", ""};
    case CgroupKind::none:
      break;
  }
  return {
      "control groups", Level::reduced,
      host.cgroups.why + "; memory is counted from outside four times a second",
      "systemd-run --user --scope -p Delegate=yes doorward run   # or Delegate=yes in its unit"};
}

HostItem processor_quota(const Host& host) {
  if (host.cgroups.cpu) return {"processor quota", Level::ok, "by control group", ""};
  return {"processor quota", Level::reduced, "servers are bound to whole processors instead",
          "hand the cpu controller down: systemctl edit doorward, Delegate=cpu memory pids"};
}

HostItem landlock(const Host& host) {
  if (host.landlock > 0) {
    return {"landlock", Level::ok, "version " + std::to_string(host.landlock), ""};
  }
  return {"landlock", Level::reduced, "the kernel has none; servers can execute what they write",
          "use a kernel of 5.13 or later with `lsm=landlock,…`"};
}

HostItem users(const Host& host) {
  if (host.root) return {"users", Level::ok, "each server gets a user of its own", ""};
  return {"users", Level::reduced, "servers share the gateway's user; only namespaces part them",
          "run the gateway as a service of root"};
}

// Everything together, for a program that does nothing.
HostItem trial(const Host& host) {
  std::string state = (fs::temp_directory_path() / "doorward-trial-XXXXXX").string();
  if (mkdtemp(state.data()) == nullptr) {
    return {"trial", Level::missing, "no temporary folder",
            "set TMPDIR to a folder that can be written"};
  }
  LaunchPlan plan;
  plan.name = "trial";
  plan.command = {"true"};
  plan.state = state;
  const auto child = launch(plan, host);
  HostItem item{"trial", Level::ok, "a server behind all walls started", ""};
  if (!child) {
    item = {"trial", Level::missing, child.error().what,
            "mend what stands above; in a container, run it with its /proc unmasked"};
  }
  std::error_code ignored;
  fs::remove_all(state, ignored);
  return item;
}

}  // namespace

bool HostReport::can_launch() const {
  return std::ranges::none_of(items, [](const HostItem& i) { return i.level == Level::missing; });
}

HostReport report(const Host& host) {
  HostReport all;
  all.items = {bubblewrap(host),     programs(host),        user_namespaces(), seccomp(),
               control_groups(host), processor_quota(host), landlock(host),    users(host)};
  if (all.can_launch()) all.items.push_back(trial(host));
  return all;
}

}  // namespace doorward::sandbox
