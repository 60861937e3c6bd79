// What no control group limits is counted from outside, four times a second or less often where
// counting is dear: the memory of all processes of a child, and the growth of its write mounts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {

struct Usage {
  uint64_t memory = 0;     // bytes: anonymous, shared and swapped
  uint64_t processes = 0;  // threads
};
// Of `root` and all its descendants.
[[nodiscard]] Usage usage_of(pid_t root);

// Bytes on disk below an open folder, on its own file system, links not followed. Stops at
// 200,000 entries: what lies beyond isn't counted.
[[nodiscard]] uint64_t disk_usage(int folder);

class Watch {
 public:
  explicit Watch(const Spec& spec);
  [[nodiscard]] bool is_needed() const { return spec_.watch || !folders_.empty(); }
  // Milliseconds until the next look.
  [[nodiscard]] int pause() const { return pause_; }
  // The limit that `root` and its descendants broke, if any.
  [[nodiscard]] std::optional<Cause> look(pid_t root);

 private:
  [[nodiscard]] uint64_t disk() const;
  const Spec& spec_;
  std::vector<int> folders_;  // descriptors for the launcher's life
  uint64_t before_ = 0;       // bytes on disk at the start
  int pause_ = 250;
};

}  // namespace doorward::sandbox::launcher
