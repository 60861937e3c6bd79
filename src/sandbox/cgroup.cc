#include "sandbox/cgroup.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPeriod = 100'000;  // microseconds of one accounting period

std::string slurp(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool write(const fs::path& file, std::string_view value) {
  std::ofstream out(file);
  out << value;
  out.flush();
  return out.good();
}

bool has_word(std::string_view list, std::string_view word, char separator) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(separator), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

struct Hierarchy {
  fs::path mount;    // where it is mounted
  std::string root;  // which of its folders is
};

// The mount of a version 2 hierarchy (`controller` empty) or of a version 1 controller.
std::optional<Hierarchy> find_mount(const CgroupView& view, std::string_view controller) {
  std::istringstream lines(view.mountinfo);
  for (std::string line; std::getline(lines, line);) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream left(line.substr(0, dash)), right(line.substr(dash + 3));
    std::string id, parent, device, root, mount, type, source, options;
    left >> id >> parent >> device >> root >> mount;
    right >> type >> source >> options;
    const bool match = controller.empty() ? type == "cgroup2"
                                          : type == "cgroup" && has_word(options, controller, ',');
    if (match) return Hierarchy{mount, root};
  }
  return std::nullopt;
}

// The own group in a hierarchy: a line `number:controllers:path`.
std::optional<std::string> own_path(const CgroupView& view, std::string_view controller) {
  std::istringstream lines(view.own);
  for (std::string line; std::getline(lines, line);) {
    const size_t a = line.find(':');
    const size_t b = a == std::string::npos ? a : line.find(':', a + 1);
    if (b == std::string::npos) continue;
    const std::string names = line.substr(a + 1, b - a - 1);
    const bool match = controller.empty() ? names.empty() : has_word(names, controller, ',');
    if (match) return line.substr(b + 1);
  }
  return std::nullopt;
}

std::optional<fs::path> own_folder(const CgroupView& view, std::string_view controller) {
  const auto mount = find_mount(view, controller);
  auto path = own_path(view, controller);
  if (!mount || !path) return std::nullopt;
  // In a container the mount shows only a part of the hierarchy.
  if (mount->root != "/" && path->starts_with(mount->root)) path->erase(0, mount->root.size());
  while (path->starts_with('/')) path->erase(0, 1);
  const fs::path folder = view.root / mount->mount.relative_path() / *path;
  return folder.lexically_normal();
}

// Makes a group, sets one limit in it and removes it.
bool can_limit(const fs::path& parent, const char* file, const char* value) {
  const fs::path trial = parent / ("doorward-try-" + std::to_string(getpid()));
  std::error_code error;
  if (!fs::create_directory(trial, error) && error) return false;
  const bool worked = fs::exists(trial / file, error) && write(trial / file, value);
  ::rmdir(trial.c_str());
  return worked;
}

bool hands_down(const fs::path& folder) {
  std::string list = slurp(folder / "cgroup.subtree_control");
  std::replace(list.begin(), list.end(), '\n', ' ');
  return has_word(list, "memory", ' ') && has_word(list, "pids", ' ');
}

// Where a service was given its own subtree (`Delegate=yes`) but sits in its root: moves this
// process into a leaf, so that the root may hand controllers down.
bool take_leaf(const fs::path& own) {
  const fs::path leaf = own / "doorward-gateway";
  std::error_code error;
  fs::create_directory(leaf, error);
  if (error || !write(leaf / "cgroup.procs", std::to_string(getpid()))) return false;
  if (write(own / "cgroup.subtree_control", "+memory +pids") && hands_down(own)) {
    (void)write(own / "cgroup.subtree_control", "+cpu");
    return true;
  }
  (void)write(own / "cgroup.procs", std::to_string(getpid()));
  ::rmdir(leaf.c_str());
  return false;
}

CgroupHome find_v2(const CgroupView& view) {
  const auto own = own_folder(view, "");
  if (!own) return {};
  std::vector<fs::path> candidates = {*own};
  if (own->has_parent_path()) candidates.push_back(own->parent_path());
  for (int round = 0; round < 2; ++round) {
    for (const auto& folder : candidates) {
      if (!hands_down(folder) || !can_limit(folder, "memory.max", "67108864")) continue;
      return {CgroupKind::v2, {folder}, can_limit(folder, "cpu.max", "max 100000"), ""};
    }
    const std::string offered = slurp(*own / "cgroup.controllers");
    if (offered.find("memory") == std::string::npos || !take_leaf(*own)) break;
  }
  return {};
}

CgroupHome find_v1(const CgroupView& view) {
  const auto memory = own_folder(view, "memory");
  const auto pids = own_folder(view, "pids");
  if (!memory || !can_limit(*memory, "memory.limit_in_bytes", "67108864")) return {};
  if (!pids || !can_limit(*pids, "pids.max", "64")) return {};
  CgroupHome home{CgroupKind::v1, {*memory, *pids}, false, ""};
  const auto cpu = own_folder(view, "cpu");
  if (cpu && can_limit(*cpu, "cpu.cfs_period_us", "100000")) {
    home.cpu = true;
    home.parents.push_back(*cpu);
  }
  return home;
}

uint64_t quota(double cores) {
  return std::max<uint64_t>(1000, static_cast<uint64_t>(std::llround(cores * kPeriod)));
}

}  // namespace

CgroupView read_cgroup_view() {
  return {slurp("/proc/self/mountinfo"), slurp("/proc/self/cgroup"), "/"};
}

CgroupHome find_cgroups(const CgroupView& view) {
  if (CgroupHome home = find_v2(view); home.kind != CgroupKind::none) return home;
  if (CgroupHome home = find_v1(view); home.kind != CgroupKind::none) return home;
  CgroupHome none;
  none.why = view.own.empty() ? "the kernel shows no control groups"
                              : "no memory and pids controller can be written by this user";
  return none;
}

void sweep_cgroups(const CgroupHome& home) {
  constexpr std::string_view kPrefix = "doorward-";
  for (const auto& parent : home.parents) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(parent, error)) {
      const std::string name = entry.path().filename();
      if (!name.starts_with(kPrefix)) continue;
      const int pid = std::atoi(name.c_str() + kPrefix.size());
      // A group with members can't be removed, so a number that was used again does no harm.
      if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) ::rmdir(entry.path().c_str());
    }
  }
}

CgroupOrder order_cgroups(const CgroupHome& home, std::string_view name, const Limits& limits) {
  CgroupOrder order;
  for (const auto& parent : home.parents) order.folders.push_back((parent / name).string());
  const auto set = [&](size_t at, bool optional, const char* file, std::string value) {
    order.set.emplace_back((optional ? "?" : "") + order.folders[at] + "/" + file,
                           std::move(value));
  };
  const std::string memory = std::to_string(limits.memory);
  const std::string processes = std::to_string(limits.processes);
  const std::string period = std::to_string(kPeriod);
  if (home.kind == CgroupKind::v2) {
    set(0, false, "memory.max", memory);
    set(0, true, "memory.swap.max", "0");
    set(0, true, "memory.oom.group", "1");
    set(0, false, "pids.max", processes);
    if (home.cpu) set(0, false, "cpu.max", std::to_string(quota(limits.cpu)) + " " + period);
  } else if (home.kind == CgroupKind::v1) {
    set(0, false, "memory.limit_in_bytes", memory);
    set(0, true, "memory.memsw.limit_in_bytes", memory);
    set(0, true, "memory.kmem.tcp.limit_in_bytes", memory);  // version 1 counts it apart
    set(1, false, "pids.max", processes);
    if (home.cpu) {
      set(2, false, "cpu.cfs_period_us", period);
      set(2, false, "cpu.cfs_quota_us", std::to_string(quota(limits.cpu)));
    }
  }
  return order;
}

}  // namespace doorward::sandbox
