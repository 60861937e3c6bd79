// Where this process may make control groups, found by trying: version 2 where `memory` and
// `pids` are handed down, else version 1 controller by controller, else nowhere.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/plan.h"

namespace doorward::sandbox {

enum class CgroupKind { none, v1, v2 };

struct CgroupHome {
  CgroupKind kind = CgroupKind::none;
  // v2: one folder. v1: those of memory, pids and, where there is one, cpu; in this order.
  std::vector<std::filesystem::path> parents;
  bool cpu = false;  // the quota of processor time can be set
  std::string why;   // none: what is in the way
};

// The mount points and own groups that the kernel tells.
struct CgroupView {
  std::string mountinfo;             // text of /proc/self/mountinfo
  std::string own;                   // text of /proc/self/cgroup
  std::filesystem::path root = "/";  // put in front of every path; for tests
};
[[nodiscard]] CgroupView read_cgroup_view();
[[nodiscard]] CgroupHome find_cgroups(const CgroupView& view);

// Removes empty groups of gateways that are gone, which nobody could remove.
void sweep_cgroups(const CgroupHome& home);

// What the launcher makes for one child: folders, and files to write in order. A file with `?` in
// front may be missing.
struct CgroupOrder {
  std::vector<std::string> folders;
  std::vector<std::pair<std::string, std::string>> set;
};
[[nodiscard]] CgroupOrder order_cgroups(const CgroupHome& home, std::string_view name,
                                        const Limits& limits);

}  // namespace doorward::sandbox
