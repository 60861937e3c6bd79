// Signed entries in order, for one receiver, from a durable cursor on: at least once, none left
// out, each shown to be under the signed root before it leaves.
//
//   cursor file = "doorward-cursor 1" LF next LF leaf of entry next-1 in hex, or "-" LF
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/files.h"
#include "audit/record.h"

namespace doorward::audit {

// Of one thread.
class Feed {
 public:
  // Errors: audit.cursor (the cursor file is none), audit.read_failed.
  [[nodiscard]] static Expected<Feed> open(std::string folder, std::string cursor);

  // The next records that `published` covers, at most `most` and about `bytes`; none where all were
  // handed out. Errors: audit.copy_ahead (this receiver got more than the log has: it was cut
  // back), audit.forked (what it got last is not what stands there now), audit.entry_changed,
  // audit.root_mismatch, those of TileReader.
  [[nodiscard]] Expected<std::vector<Record>> next(const Checkpoint& published, size_t most,
                                                   size_t bytes);
  // The receiver has everything below `index`; durable when this returns. Errors:
  // audit.write_failed.
  [[nodiscard]] Expected<void> confirm(uint64_t index);
  // The receiver lost what was not confirmed: it is handed out again.
  void rewind();

  [[nodiscard]] uint64_t confirmed() const { return confirmed_; }
  [[nodiscard]] uint64_t handed_out() const { return next_; }

 private:
  Feed(std::string folder, std::string cursor)
      : folder_(std::move(folder)), cursor_(std::move(cursor)) {}
  [[nodiscard]] Expected<void> still_there(const Checkpoint& published) const;

  std::string folder_, cursor_;
  uint64_t confirmed_ = 0, next_ = 0;
  std::optional<Hash> last_;                        // leaf of entry next_ - 1
  std::optional<Hash> confirmed_leaf_;              // of entry confirmed_ - 1
  std::vector<std::pair<uint64_t, Hash>> pending_;  // ends of what was handed out, with last leaf
  Files files_;
};

}  // namespace doorward::audit
