// A segment: a file of fixed size, reserved on disk before its first use and mapped into memory, in
// which entries are in place the moment that they are written. A killed process loses none.
//
//   segment = head frames zeros
//   head    = "DWAUDIT1" first:u64 prev:hash number:u64 check:8 synced:u64, padded to 4096
//   frame   = "DWfr" length:u32 index:u64 leaf:hash entry, padded to 8   ; little-endian
//
// `check` is the start of the SHA-256 of what stands before it. `synced` is an offset below which
// all was on disk once: damage below it is no torn tail. A frame's `leaf` is its checksum.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/files.h"
#include "audit/hash.h"

namespace doorward::audit {

inline constexpr size_t kSegmentHeadBytes = 4096;
inline constexpr size_t kFrameHeadBytes = 48;

struct SegmentHead {
  uint64_t first = 0;  // index of its first entry
  Hash prev{};         // leaf hash of the entry before
  uint64_t number = 0;
  uint64_t synced = 0;
};
// Nothing for a blank segment, which was made ahead and not begun.
// Errors: audit.segment_head.
[[nodiscard]] Expected<std::optional<SegmentHead>> parse_segment_head(std::string_view segment);

struct Frame {
  enum class State : uint8_t { whole, end, damaged };
  State state = State::end;
  uint64_t index = 0;
  Hash leaf{};
  std::string_view entry;  // into the segment
  size_t next = 0;         // offset behind it
  std::string_view fault;  // of `damaged`, a literal
};
// Reads the frame at `offset`; `check` computes its leaf hash too.
[[nodiscard]] Frame read_frame(std::string_view segment, size_t offset, bool check = true);
[[nodiscard]] size_t frame_bytes(size_t entry_bytes);

class Segment {
 public:
  // A blank one, durable under its name when this returns. Errors: audit.write_failed.
  [[nodiscard]] static Expected<std::shared_ptr<Segment>> create(Files& files, std::string path,
                                                                 uint64_t number, size_t bytes);
  // One that is there. Errors: audit.read_failed, audit.segment_head.
  [[nodiscard]] static Expected<std::shared_ptr<Segment>> map(std::string path);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] std::string_view bytes() const { return {base_, size_}; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const SegmentHead& head() const { return head_; }
  [[nodiscard]] bool blank() const { return blank_; }
  [[nodiscard]] size_t tail() const { return tail_; }
  [[nodiscard]] bool fits(size_t entry_bytes, size_t reserve) const;

  void begin(uint64_t first, const Hash& prev);
  // Puts `link` and then `rest` as one entry behind the last; returns its leaf hash.
  // INVARIANT: fits() was true; one thread at a time.
  Hash append(uint64_t index, std::string_view link, std::string_view rest);

  // Cuts everything from `offset` on: the torn tail. Also marks all pages that may not be on
  // disk as changed, so that the next sync writes them even after a failed one.
  void cut(size_t offset);
  // Makes all below `upto` durable and then notes so in the head. Errors: audit.write_failed.
  [[nodiscard]] Expected<void> sync(Files& files, size_t upto);
  [[nodiscard]] size_t synced() const { return synced_; }

 private:
  Segment(Fd fd, std::string path, char* base, size_t size)
      : fd_(std::move(fd)), path_(std::move(path)), base_(base), size_(size) {}
  Fd fd_;
  std::string path_;
  char* base_;  // SAFETY: a mapping of `size_` bytes, unmapped by the destructor
  size_t size_;
  SegmentHead head_;
  bool blank_ = true;
  size_t tail_ = kSegmentHeadBytes;
  size_t synced_ = kSegmentHeadBytes;  // of the syncing thread alone
};

}  // namespace doorward::audit
