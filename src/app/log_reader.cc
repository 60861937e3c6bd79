#include "app/log_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "audit/segment.h"
#include "audit/tile_reader.h"
#include "base/fd.h"

namespace doorward::app {

namespace {

// Holds many entries, and at least one of the longest.
constexpr size_t kChunk = 256 * 1024;
constexpr size_t kLongest = 66 * 1024;  // of one entry with its frame

// Up to `size` bytes at `offset`; fewer at the file's end, none where it can't be read.
std::string read_at(const Path& file, uint64_t offset, size_t size) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string out(size, '\0');
  size_t at = 0;
  while (fd && at < size) {
    const ssize_t got =
        ::pread(fd.get(), out.data() + at, size - at, static_cast<off_t>(offset + at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    at += static_cast<size_t>(got);
  }
  out.resize(at);
  return out;
}

struct Begun {
  uint64_t first;
  Path file;
};
// The segments that hold something, oldest first.
std::vector<Begun> segments(const Path& folder) {
  std::vector<Begun> out;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder / "segment", fault), end; !fault && it != end;
       it.increment(fault)) {
    if (it->path().extension() != ".seg") continue;
    const std::string bytes = read_at(it->path(), audit::kSegmentHeadBytes, kLongest);
    const audit::Frame frame = audit::read_frame(bytes, 0);
    if (frame.state == audit::Frame::State::whole) out.push_back({frame.index, it->path()});
  }
  std::ranges::sort(out, {}, &Begun::first);
  return out;
}

}  // namespace

Expected<uint64_t> LogReader::recent() const {
  const auto begun = segments(folder_);
  if (!begun.empty()) return begun.front().first;
  auto checkpoint = audit::read_checkpoint(folder_.string(), key_);
  if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
  return checkpoint->size;
}

std::optional<LogReader::Cursor> LogReader::segment_with(uint64_t from) const {
  std::optional<Cursor> found;
  for (auto& begun : segments(folder_))
    if (begun.first <= from)
      found = Cursor{std::move(begun.file), audit::kSegmentHeadBytes, begun.first};
  return found;
}

Expected<uint64_t> LogReader::range(uint64_t from, uint64_t until, const Visit& visit) const {
  const auto checkpoint = audit::read_checkpoint(folder_.string(), key_);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  const audit::TileReader reader(folder_.string(), checkpoint->size);
  until = std::min(until, checkpoint->size);
  while (from < until) {
    const auto bundle = reader.bundle(from / audit::kTileWidth);
    if (!bundle) return std::unexpected(bundle.error());
    const auto& entries = bundle->bundle.entries;
    const uint64_t first = from / audit::kTileWidth * audit::kTileWidth;
    const uint64_t end = std::min<uint64_t>(until, first + entries.size());
    if (end <= from)
      return failure("audit.bundle_broken", Fault::self,
                     "`" + bundle->path + "` ends before entry `" + std::to_string(from) +
                         "`; `doorward audit verify` says more");
    for (; from < end; ++from) visit(from, entries[from - first].entry);
  }
  return from;
}

uint64_t LogReader::from_segment(uint64_t from, const Visit& visit) {
  for (;;) {
    const std::string bytes = read_at(cursor_->file, cursor_->offset, kChunk);
    size_t at = 0;
    for (;;) {
      const audit::Frame frame = audit::read_frame(bytes, at);
      if (frame.state != audit::Frame::State::whole || frame.index != cursor_->index) break;
      if (frame.index == from) {
        visit(frame.index, frame.entry);
        ++from;
      }
      ++cursor_->index;
      at = frame.next;
    }
    if (at == 0) return from;
    cursor_->offset += at;
  }
}

Expected<uint64_t> LogReader::forward(uint64_t from, const Visit& visit) {
  for (;;) {
    if (cursor_ && cursor_->index == from) {
      const uint64_t end = from_segment(from, visit);
      if (end != from) {
        from = end;
        continue;
      }
    }
    // Nothing more where we stand: a newer segment may go on, or this one may be gone.
    auto next = segment_with(from);
    if (!next) {
      auto end = range(from, UINT64_MAX, visit);
      if (!end || *end == from) return end;
      from = *end;
      continue;
    }
    if (cursor_ && cursor_->file == next->file && cursor_->index >= from) return from;
    cursor_ = std::move(next);
    const uint64_t end = from_segment(from, visit);
    if (end == from) return from;
    from = end;
  }
}

}  // namespace doorward::app
