#include "sandbox/order.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "base/bytes.h"
#include "sandbox/check.h"
#include "sandbox/egress.h"
#include "sandbox/repositories.h"
#include "sandbox/resolve.h"
#include "sandbox/seccomp.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> missing(std::string what) {
  return failure("sandbox.host", Fault::self, std::move(what));
}

// The server's user can use it without the owner being mapped.
bool is_open_to_all(const fs::path& path, bool write) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return true;  // the launcher says what is wrong
  const mode_t need = (write ? 2U : 0U) | 4U | (S_ISDIR(info.st_mode) ? 1U : 0U);
  return (info.st_mode & need) == need;
}

void add_mounts(Spec& spec, const LaunchPlan& plan, const Program& program) {
  for (const auto& need : program.needs) {
    const bool covered = std::ranges::any_of(plan.read, [&](const Mount& mount) {
      return (mount.to.empty() || mount.to == mount.from) && is_within(need, mount.from);
    });
    if (!covered) spec.mounts.push_back({need, need, false, !is_open_to_all(need, false)});
  }
  const auto add = [&](const Mount& mount, bool write) {
    const fs::path& to = mount.to.empty() ? mount.from : mount.to;
    // What the program needs may already stand there.
    std::erase_if(spec.mounts, [&](const SpecMount& have) { return have.to == to; });
    spec.mounts.push_back({mount.from, to, write, write || !is_open_to_all(mount.from, false)});
  };
  for (const Mount& mount : plan.read) add(mount, false);
  for (const Mount& mount : plan.write) add(mount, true);
  // Outer places first; inner ones are put on top of them.
  std::ranges::stable_sort(spec.mounts, {}, [](const SpecMount& mount) {
    const fs::path to = mount.to;
    return std::distance(to.begin(), to.end());
  });
}

// What stands in a folder that the server writes and makes programs of the host run.
Expected<void> add_pins(Order& order, const LaunchPlan& plan) {
  const bool write_git = plan.git_write.has_value();
  auto& mounts = order.spec.mounts;
  for (size_t i = 0; i < mounts.size(); ++i) {
    if (!mounts[i].writable) continue;
    const fs::path from = mounts[i].from;
    if (is_git_folder(from)) {
      if (!write_git)
        return failure("sandbox.plan", Fault::client,
                       "mount `" + mounts[i].from +
                           "`: what stands in a `.git` makes git run programs; mount the folder "
                           "around it, and say `powers: [git_write]` where it must write there");
      continue;
    }
    Repositories found = repositories_in(from, write_git);
    if (!found.whole)
      order.reduced.push_back("`" + mounts[i].from +
                              "` is too large to be searched for repositories whole: what git "
                              "executes is read-only only in those that were found");
    for (Guarded& each : found.guarded)
      order.spec.pins.push_back({static_cast<uint32_t>(i), std::move(each.path), each.writable});
  }
  return {};
}

// Sockets that make whoever reaches them root, wherever somebody put them (R10.4).
Expected<void> check_sockets(const LaunchPlan& plan) {
  static constexpr const char* kNames[] = {"docker.sock", "containerd.sock", "podman.sock",
                                           "crio.sock",   "libvirt-sock",    "buildkitd.sock"};
  constexpr int kDepth = 5;
  int left = 20'000;
  if (!plan.unix_sockets) return {};
  for (const auto* mounts : {&plan.read, &plan.write})
    for (const Mount& mount : *mounts) {
      std::error_code error;
      auto at = fs::recursive_directory_iterator(
          mount.from, fs::directory_options::skip_permission_denied, error);
      for (; !error && at != fs::recursive_directory_iterator() && --left > 0;
           at.increment(error)) {
        if (at.depth() >= kDepth) at.disable_recursion_pending();
        const auto name = at->path().filename();
        if (std::ranges::find(kNames, name) == std::end(kNames) || !at->is_socket(error)) continue;
        return failure("sandbox.plan", Fault::client,
                       "mount `" + mount.from.string() + "`: the socket `" + name.string() +
                           "` lies there, and who reaches it is root; mount less");
      }
    }
  return {};
}

// What Doorward runs, and obeys, no server may change.
Expected<void> check_own(const LaunchPlan& plan, const Host& host) {
  std::vector<fs::path> own = plan.own;
  for (const fs::path& program : {host.self, host.launcher, host.init, host.bwrap})
    own.push_back(program);
  for (const fs::path& file : own) {
    if (file.empty()) continue;
    std::error_code error;
    const fs::path real = fs::weakly_canonical(file, error);
    for (const Mount& mount : plan.write)
      if (is_within(file, mount.from) || (!error && is_within(real, mount.from)))
        return failure("sandbox.plan", Fault::client,
                       "mount `" + mount.from.string() + "`: `" + file.filename().string() +
                           "` lies there, which belongs to Doorward itself; keep it outside of "
                           "what servers write");
  }
  return {};
}

Expected<void> add_network(Order& order, const LaunchPlan& plan) {
  std::string hosts = "127.0.0.1 localhost\n::1 localhost\n";
  bool wildcard = false;
  const auto places = offers(plan.network);
  for (size_t i = 0; i < plan.network.size(); ++i) {
    const NetworkRule& rule = plan.network[i];
    if (places[i].address.empty()) {
      wildcard = true;
      continue;
    }
    order.spec.listen.push_back({places[i].address, places[i].port});
    const auto kind = rule.forward ? Listening::Kind::forward : Listening::Kind::direct;
    order.doors.push_back({Fd(), kind, rule});
    const std::string line = places[i].address + " " + places[i].name + "\n";
    if (!places[i].name.empty() && hosts.find("\n" + line) == std::string::npos) hosts += line;
  }
  if (wildcard) {
    order.spec.listen.push_back({kProxyAddress, kProxyPort});
    order.doors.push_back({Fd(), Listening::Kind::proxy, {}});
    const std::string url =
        std::string("http://") + kProxyAddress + ":" + std::to_string(kProxyPort);
    for (const char* name : {"HTTPS_PROXY", "https_proxy"}) order.spec.env.emplace_back(name, url);
    order.spec.env.emplace_back("NODE_USE_ENV_PROXY", "1");
  }
  std::set<std::pair<std::string, uint16_t>> taken;
  for (const SpecListen& each : order.spec.listen) {
    if (taken.emplace(each.address, each.port).second) continue;
    return failure("sandbox.plan", Fault::client,
                   "two network entries would stand at " + each.address + " port " +
                       std::to_string(each.port));
  }
  order.spec.files.emplace_back("/etc/hosts", hosts);
  return {};
}

void add_environment(Spec& spec, const LaunchPlan& plan, const Program& program) {
  std::string path = "/usr/local/bin:/usr/bin:/bin";
  const std::string own = program.path.parent_path();
  if (!is_system(own)) path = own + ":" + path;
  std::map<std::string, std::string> base = {
      {"PATH", path}, {"HOME", "/tmp"}, {"TMPDIR", "/tmp"}, {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : plan.env) base[name] = value.reveal();
  for (auto& [name, value] : base) {
    std::erase_if(spec.env, [&](const auto& have) { return have.first == name; });
    spec.env.emplace_back(name, std::move(value));
  }
}

// Before 5.14 the kernel counted the processes of a user over all namespaces.
bool counts_by_namespace() {
  utsname system{};
  int major = 0, minor = 0;
  if (uname(&system) != 0 || std::sscanf(system.release, "%d.%d", &major, &minor) != 2)
    return false;
  return major > 5 || (major == 5 && minor >= 14);
}

void add_limits(Order& order, const LaunchPlan& plan, const Host& host, const std::string& tag) {
  Spec& spec = order.spec;
  const Limits& limits = plan.limits;
  spec.memory = limits.memory;
  // Programs reserve more than they use: V8 half a gigabyte for its code. What is used is counted
  // by the control group, or from outside.
  spec.data = limits.memory + (512ULL << 20);
  spec.disk = limits.disk;
  spec.file_size = std::min(limits.file_size, limits.disk);
  spec.open_files = limits.open_files;
  spec.tmp = limits.tmp;
  // Process 1 counts too.
  if (spec.uid != 0 || counts_by_namespace()) spec.processes = limits.processes + 1;
  // Version 2 counts what sockets hold, version 1 not in every kernel.
  spec.sockets = host.cgroups.kind == CgroupKind::v1;
  if (host.cgroups.kind == CgroupKind::none) {
    spec.watch = true;
    order.reduced.push_back(
        "no control group: memory is counted from outside, and memory that "
        "processes share without a file is refused, " +
        host.cgroups.why);
  } else {
    CgroupOrder groups = order_cgroups(host.cgroups, tag, limits);
    spec.cgroups = std::move(groups.folders);
    spec.cgroup_set = std::move(groups.set);
  }
  if (!host.cgroups.cpu) {
    spec.cores = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(limits.cpu)));
    order.reduced.emplace_back("no processor quota: the server is bound to whole processors");
  }
}

// One account for the folders that are written together: each principal's own has one of its own.
void add_ledger(Spec& spec, const LaunchPlan& plan) {
  std::string folders;
  for (const SpecMount& mount : spec.mounts)
    if (mount.writable) folders.append(mount.from).append(1, '\0');
  if (folders.empty() || plan.state.empty()) return;
  spec.ledger = (plan.state / "disk" / plan.name / hex(sha256(folders)).substr(0, 32)).string();
}

}  // namespace

Expected<void> mounts_are_there(const LaunchPlan& plan) {
  const auto bad = [](const Mount& mount, const std::string& why) {
    return failure("sandbox.plan", Fault::client, "mount `" + mount.from.string() + "`: " + why);
  };
  for (const auto* mounts : {&plan.read, &plan.write})
    for (const Mount& mount : *mounts) {
      if (!plan.state.empty() && is_within(mount.from, plan.state / "servers" / plan.name))
        continue;
      open_how how{};
      how.flags = O_PATH | O_CLOEXEC;
      how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
      const Fd fd(
          static_cast<int>(syscall(SYS_openat2, AT_FDCWD, mount.from.c_str(), &how, sizeof how)));
      if (!fd)
        return bad(mount, errno == ELOOP ? "a symbolic link stands on the path; write the real path"
                                         : std::strerror(errno));
      struct stat info{};
      if (fstat(fd.get(), &info) != 0) return bad(mount, std::strerror(errno));
      if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode))
        return bad(mount, "neither a folder nor a plain file");
    }
  return {};
}

std::vector<Offer> offers(const std::vector<NetworkRule>& network) {
  std::map<std::string, std::string> address_of;
  std::vector<Offer> list;
  for (const NetworkRule& rule : network) {
    if (rule.forward) {
      list.push_back({"127.0.0.1", rule.port, ""});
    } else if (rule.host.starts_with("*.")) {
      list.push_back({});
    } else if (canonical_literal(rule.host)) {
      list.push_back({rule.host, rule.port, ""});
    } else {
      const auto number = address_of.size() + 1;
      auto& address = address_of[rule.host];
      if (address.empty()) address = "127.77.0." + std::to_string(number);
      list.push_back({address, rule.port, rule.host});
    }
  }
  return list;
}

Expected<Order> make_order(const LaunchPlan& plan, const Host& host, uint32_t uid,
                           const std::string& tag) {
  if (auto good = check(plan); !good) return std::unexpected(good.error());
  if (auto good = check_own(plan, host); !good) return std::unexpected(good.error());
  if (auto good = check_sockets(plan); !good) return std::unexpected(good.error());
  if (host.bwrap.empty()) return missing("bubblewrap (`bwrap`) is not installed");
  if (host.launcher.empty()) return missing("`doorward-launch` does not stand beside this program");
  if (host.init.empty()) return missing("`doorward-init` does not stand beside this program");
  if (plan.require_cgroup && host.cgroups.kind == CgroupKind::none) {
    return missing("a control group is required, but " + host.cgroups.why);
  }
  if (plan.require_landlock && host.landlock == 0) {
    return missing("Landlock is required, but this kernel has none");
  }
  if (plan.require_own_user && !host.root) {
    return missing("a kernel user of its own is required, but the gateway is not root");
  }
  if (plan.require_quota && !host.cgroups.cpu) {
    return missing("a processor quota is required, but no control group gives one");
  }
  auto program = resolve_program(plan.command[0], plan.folder.empty() ? fs::path("/") : plan.folder,
                                 plan.search_path);
  if (!program) return std::unexpected(program.error());
  const bool counted = host.cgroups.kind == CgroupKind::none;
  auto programs = filters(plan.unix_sockets, counted);
  if (!programs) return std::unexpected(programs.error());

  Order order;
  Spec& spec = order.spec;
  spec.bwrap = host.bwrap;
  spec.init = host.init;
  spec.program = program->path;
  spec.arguments = inside_words(plan);
  spec.uid = spec.gid = uid;
  add_mounts(spec, plan, *program);
  if (auto good = add_pins(order, plan); !good) return std::unexpected(good.error());
  spec.folder = "/tmp";
  if (!plan.write.empty()) {
    const Mount& first = plan.write.front();
    const fs::path& to = first.to.empty() ? first.from : first.to;
    std::error_code error;
    if (fs::is_directory(first.from, error)) spec.folder = to;
  }
  spec.files = {{"/etc/passwd", "mcp:x:1000:1000::/tmp:/usr/sbin/nologin\n"},
                {"/etc/group", "mcp:x:1000:\n"},
                {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"}};
  spec.observe = plan.observe;
  if (plan.observe) {
    // Nobody answers there: that a name was asked for is all that is wanted.
    spec.files.emplace_back("/etc/resolv.conf",
                            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
    spec.files[2].second = "passwd: files\ngroup: files\nhosts: files dns\n";
  }
  if (auto good = add_network(order, plan); !good) return std::unexpected(good.error());
  add_environment(spec, plan, *program);
  spec.seccomp_allow = std::move(programs->allow);
  spec.seccomp_deny = std::move(programs->deny);
  spec.landlock = host.landlock > 0;
  if (!spec.landlock)
    order.reduced.emplace_back("no Landlock: what the server writes, it can execute");
  if (!host.root) {
    order.reduced.emplace_back(
        "the gateway is not root: the server shares its kernel user, only namespaces part them");
  }
  add_limits(order, plan, host, tag);
  add_ledger(spec, plan);
  return order;
}

}  // namespace doorward::sandbox
