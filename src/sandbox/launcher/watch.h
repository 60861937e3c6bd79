// What the kernel doesn't limit is counted from outside: four times a second the memory of a child
// where no control group does it, and as often as its size allows the growth of its write mounts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/launcher/disk.h"
#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {

struct Usage {
  uint64_t memory = 0;     // bytes: anonymous, shared and swapped
  uint64_t processes = 0;  // threads
};
// `root` and all its descendants.
[[nodiscard]] std::vector<pid_t> processes_of(pid_t root);
[[nodiscard]] Usage usage_of(const std::vector<pid_t>& processes);

// A limit that was broken, and by how much.
struct Broken {
  Cause cause = Cause::exited;
  std::string text;
};

class Watch {
 public:
  explicit Watch(const Spec& spec);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] bool is_needed() const { return spec_.watch || spec_.sockets || !folders_.empty(); }
  // A socket in the child's network namespace, to ask about sockets there; taken over.
  void ask_sockets_at(int diagnosis);
  // Milliseconds until the next look.
  [[nodiscard]] int pause() const;
  [[nodiscard]] bool is_due() const { return pause() <= 1; }
  // The limit that `root` and its descendants broke, if any.
  [[nodiscard]] std::optional<Broken> look(pid_t root);
  // The disk limit once more, when nothing runs any longer.
  [[nodiscard]] std::optional<Broken> last_look();

 private:
  struct Written {
    int fd = -1;
    uid_t only = kAnybody;  // whose files count
  };
  [[nodiscard]] DiskUse disk(std::set<FileId>& seen) const;
  [[nodiscard]] std::optional<Broken> judge_disk(const DiskUse& use, uint64_t held) const;
  [[nodiscard]] std::optional<Broken> look_at_memory(const std::vector<pid_t>& processes) const;

  const Spec& spec_;
  std::vector<Written> folders_;
  std::set<dev_t> devices_;
  std::optional<Ledger> ledger_;
  int diagnosis_ = -1;
  int64_t next_memory_ = 0;  // milliseconds of the monotonic clock
  int64_t next_disk_ = 0;
  int64_t disk_cost_ = 0;
};

}  // namespace doorward::sandbox::launcher
