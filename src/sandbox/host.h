// What this machine offers for walls, found by trying.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "sandbox/cgroup.h"

namespace doorward::sandbox {

struct Host {
  std::filesystem::path self;      // this program
  std::filesystem::path bwrap;     // empty = not found
  std::filesystem::path launcher;  // doorward-launch
  std::filesystem::path init;      // doorward-init
  bool root = false;               // the gateway is uid 0: each server gets a user of its own
  int landlock = 0;                // version of Landlock; 0 = none
  CgroupHome cgroups;

  // Looks for the two programs beside this process's own executable, or in `programs`.
  [[nodiscard]] static Host probe(const std::filesystem::path& programs = {});
};

enum class Level { ok, reduced, missing };

struct HostItem {
  std::string name;  // `bubblewrap`, `user namespaces`, `seccomp` …
  Level level = Level::ok;
  std::string found;  // one sentence
  std::string mend;   // what to run; empty where nothing is wrong
};

struct HostReport {
  std::vector<HostItem> items;
  [[nodiscard]] bool can_launch() const;
};

// For `doctor`; starts a trial server when all parts are there.
[[nodiscard]] HostReport report(const Host& host);

}  // namespace doorward::sandbox
