// What stands outside while probes run inside: canaries, listeners, a neighbour, stray descriptors.
#pragma once

#include <map>
#include <string>

#include "unit/sandbox/support.h"

namespace doorward::sandbox {

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // A plan that runs `probe NAME` in a workspace of its own, with small limits.
  [[nodiscard]] LaunchPlan plan(const std::string& probe) const;
  // The same without any wall, as this user. The exit status.
  [[nodiscard]] int run_bare(const std::string& probe) const;

 private:
  [[nodiscard]] fs::path workspace() const;
  Folder folder_;
  std::map<std::string, std::string> told_;  // variables that probes read
  pid_t target_ = -1;                        // a process of the host
  int shared_ = -1;                          // a shared memory segment of the host
  std::vector<Fd> open_;                     // listeners, and descriptors without CLOEXEC
};

[[nodiscard]] World& world();

// Host processes whose command line holds `mark`.
[[nodiscard]] int processes_with(const std::string& mark);

}  // namespace doorward::sandbox
