// The entries that are not old yet, in segments: what callers append to, and the one thread that
// syncs, numbers and retires them. A segment is retired when tiles hold all of it for good.
//
// Threads: append() and size() from any; everything else from the log's own thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit/segment.h"

namespace doorward::audit {

struct JournalOptions {
  std::string folder;  // of segments alone
  size_t segment_bytes = 16 * 1024 * 1024;
  size_t reserve_bytes = 64 * 1024;  // at each segment's end, for the record of a failure
  size_t max_entry_bytes = 16 * 1024;
};

// What opening found.
struct Recovery {
  uint64_t first = 0;             // the oldest entry that a segment holds
  uint64_t size = 0;              // entries in all
  uint64_t torn_bytes = 0;        // cut off behind the last whole entry
  uint64_t dropped_segments = 0;  // begun but never synced, behind a tear
};

class Journal {
 public:
  // Errors: audit.read_failed, audit.write_failed, audit.segment_head, audit.segment_missing,
  // audit.segment_damaged and audit.segment_truncated (below the mark of what was on disk),
  // audit.chain_broken. The text says file, offset and entry.
  [[nodiscard]] static Expected<std::unique_ptr<Journal>> open(JournalOptions,
                                                               std::shared_ptr<Files>, Recovery&);

  // `entry` is a JSON object on one line. In place when this returns, with its number and chain
  // link in front. Errors: audit.write_failed after refuse(), audit.entry_syntax,
  // audit.entry_size, audit.backlog (retryable: entries come faster than space can be reserved).
  [[nodiscard]] Expected<uint64_t> append(std::string_view entry);
  [[nodiscard]] uint64_t size() const;
  [[nodiscard]] std::optional<Error> refusal() const;

  // Refuses every append from now on, and records `event` in the reserve. Only the first counts.
  void refuse(Error why, std::string_view event);

  // Waits for work: something appended, a segment to make, hurry() or `limit`.
  void wait(std::chrono::milliseconds limit);
  // Waits up to `limit` for hurry(), so that one sync covers many entries.
  void gather(std::chrono::milliseconds limit);
  void hurry();

  [[nodiscard]] Expected<void> prepare();   // makes the next segment when there is none
  [[nodiscard]] Expected<uint64_t> sync();  // how many entries are durable
  // Errors: audit.write_failed when a segment is no more what its name leads to: what is written
  // to a file that was removed or replaced is kept by nobody.
  [[nodiscard]] Expected<void> in_place() const;
  // Hands out entries from `cursor` on, below `until`, at most `limit`.
  using Visit = std::function<Expected<void>(const Frame&)>;
  [[nodiscard]] Expected<void> walk(uint64_t until, uint64_t limit, const Visit& visit);
  void rewind();  // back to the oldest entry
  // The first entry behind the oldest segment, when that one is full and walked through.
  [[nodiscard]] std::optional<uint64_t> oldest_end() const;
  [[nodiscard]] Expected<void> retire_oldest();  // INVARIANT: oldest_end() gave a value

 private:
  Journal(JournalOptions options, std::shared_ptr<Files> files)
      : options_(std::move(options)), files_(std::move(files)) {}
  [[nodiscard]] Expected<void> recover(Recovery&);
  [[nodiscard]] Expected<void> read_segment(Segment&, bool may_tear, Recovery&);
  [[nodiscard]] std::string path_of(uint64_t number) const;
  bool take_next(std::unique_lock<std::mutex>& hold);

  const JournalOptions options_;
  const std::shared_ptr<Files> files_;

  // Guarded by mutex_; not `Locked`, because callers wait on it.
  mutable std::mutex mutex_;
  std::condition_variable work_, ready_;
  std::deque<std::shared_ptr<Segment>> segments_;  // the last is appended to
  std::shared_ptr<Segment> next_;
  uint64_t number_ = 0;  // of the newest segment, `next_` included
  uint64_t size_ = 0;
  Hash last_ = empty_root();
  std::optional<Error> refusal_;
  bool idle_ = false, hurry_ = false, dirty_ = false;

  // Of the log's own thread.
  std::shared_ptr<Segment> walking_;
  size_t walk_offset_ = 0;
  uint64_t walked_ = 0;
};

}  // namespace doorward::audit
