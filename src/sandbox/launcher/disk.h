// What stands on disk below the folders that a server writes, and what is kept of it over restarts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace doorward::sandbox::launcher {

using FileId = std::pair<dev_t, ino_t>;

struct DiskUse {
  uint64_t bytes = 0;
  // Folders that were not looked into: too deep, beyond the bound, or closed by their owner.
  uint64_t hidden = 0;
};

// Adds what lies below an open folder, on its own file system, links not followed, each file once
// however many names it has. `only` counts what that user owns, kAnybody everything. At most
// 500,000 entries and 128 folders deep.
inline constexpr uid_t kAnybody = static_cast<uid_t>(-1);
void add_disk_use(int folder, uid_t only, std::set<FileId>& seen, DiskUse& use);

// How far a server's folders have grown, in a file of Doorward's state: what was written in an
// earlier run of the same day still counts in the next. Runs that overlap share one account.
class Ledger {
 public:
  // Reads and continues, or opens, the account in `file`; `now` is what stands on disk. A file that
  // can't be used is as good as none: the account is that of this run.
  Ledger(const std::string& file, const DiskUse& now);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Since the account was opened, while the server ran.
  [[nodiscard]] uint64_t grown(const DiskUse& now) const;
  [[nodiscard]] bool hides(const DiskUse& now) const { return now.hidden > hidden_; }
  void keep(const DiskUse& now) const;

 private:
  int file_ = -1;
  int64_t since_ = 0;
  uint64_t before_ = 0;
  uint64_t hidden_ = 0;
};

}  // namespace doorward::sandbox::launcher
