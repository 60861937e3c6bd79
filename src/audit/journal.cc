#include "audit/journal.h"

#include <sys/stat.h>

#include <cstdio>

#include "audit/chain.h"

namespace doorward::audit {

namespace {
constexpr std::chrono::milliseconds kLongestBacklog{250};
}  // namespace

std::string Journal::path_of(uint64_t number) const {
  char name[32];
  std::snprintf(name, sizeof name, "/%012llu.seg", static_cast<unsigned long long>(number));
  return options_.folder + name;
}

Expected<uint64_t> Journal::append(std::string_view entry) {
  if (entry.size() < 3 || entry[0] != '{' || entry[1] != '"' || entry.back() != '}' ||
      entry.find('\n') != std::string_view::npos)
    return failure("audit.entry_syntax", Fault::self, "an entry is one JSON object on one line");
  if (entry.size() > options_.max_entry_bytes)
    return failure("audit.entry_size", Fault::self,
                   "an entry has `" + std::to_string(entry.size()) + "` bytes");
  std::unique_lock hold(mutex_);
  if (!refusal_ && !segments_.back()->fits(entry.size() + kMaxLinkBytes, options_.reserve_bytes) &&
      !take_next(hold)) {
    if (refusal_) return std::unexpected(*refusal_);
    Error backlog{"audit.backlog", Fault::self, true,
                  "entries come faster than space for them can be reserved"};
    return std::unexpected(std::move(backlog));
  }
  if (refusal_) return std::unexpected(*refusal_);
  const LinkText link(size_, last_);
  last_ = segments_.back()->append(size_, link.view(), entry.substr(1));
  dirty_ = true;
  const uint64_t index = size_++;
  const bool wake = std::exchange(idle_, false);
  hold.unlock();
  if (wake) work_.notify_one();
  return index;
}

bool Journal::take_next(std::unique_lock<std::mutex>& hold) {
  if (!next_) {
    work_.notify_one();
    ready_.wait_for(hold, kLongestBacklog, [&] { return next_ != nullptr || refusal_; });
  }
  if (refusal_ || !next_) return false;
  // Another caller may have done so while this one waited.
  if (segments_.back()->fits(options_.max_entry_bytes + kMaxLinkBytes, options_.reserve_bytes))
    return true;
  next_->begin(size_, last_);
  segments_.push_back(std::move(next_));
  next_ = nullptr;
  idle_ = false;
  work_.notify_one();
  return true;
}

uint64_t Journal::size() const {
  std::lock_guard hold(mutex_);
  return size_;
}

std::optional<Error> Journal::refusal() const {
  std::lock_guard hold(mutex_);
  return refusal_;
}

void Journal::refuse(Error why, std::string_view event) {
  std::shared_ptr<Segment> segment;
  {
    std::lock_guard hold(mutex_);
    if (refusal_) return;
    refusal_ = std::move(why);
    segment = segments_.back();
    if (segment->fits(event.size() + kMaxLinkBytes, 0)) {
      const LinkText link(size_, last_);
      last_ = segment->append(size_, link.view(), event.substr(1));
      ++size_;
    }
  }
  ready_.notify_all();
  // The record is in place already; that it reaches the disk now too is best effort. The mark of
  // what is on disk does not move any more.
  (void)files_->sync(segment->fd(), segment->path());
}

void Journal::wait(std::chrono::milliseconds limit) {
  std::unique_lock hold(mutex_);
  if (dirty_ || hurry_ || !next_) return;
  idle_ = true;
  work_.wait_for(hold, limit, [&] { return dirty_ || hurry_ || !next_; });
  idle_ = false;
}

void Journal::gather(std::chrono::milliseconds limit) {
  std::unique_lock hold(mutex_);
  work_.wait_for(hold, limit, [&] { return hurry_ || !next_ || refusal_; });
  hurry_ = false;
}

void Journal::hurry() {
  {
    std::lock_guard hold(mutex_);
    hurry_ = true;
  }
  work_.notify_one();
}

Expected<void> Journal::prepare() {
  uint64_t number = 0;
  {
    std::lock_guard hold(mutex_);
    if (next_) return {};
    number = number_ + 1;
  }
  auto made = Segment::create(*files_, path_of(number), number, options_.segment_bytes);
  if (!made) return std::unexpected(std::move(made.error()));
  {
    std::lock_guard hold(mutex_);
    next_ = std::move(*made);
    number_ = number;
  }
  ready_.notify_all();
  return {};
}

Expected<uint64_t> Journal::sync() {
  struct Part {
    std::shared_ptr<Segment> segment;
    size_t upto;
  };
  std::vector<Part> parts;
  uint64_t size = 0;
  {
    std::lock_guard hold(mutex_);
    for (const auto& segment : segments_)
      if (segment->tail() > segment->synced()) parts.push_back({segment, segment->tail()});
    size = size_;
    dirty_ = false;
  }
  for (const Part& part : parts)
    if (auto synced = part.segment->sync(*files_, part.upto); !synced)
      return std::unexpected(std::move(synced.error()));
  return size;
}

Expected<void> Journal::in_place() const {
  std::vector<std::shared_ptr<Segment>> held;
  {
    std::lock_guard hold(mutex_);
    held.assign(segments_.begin(), segments_.end());
  }
  for (const auto& segment : held) {
    struct stat ours{};
    struct stat named{};
    if (::fstat(segment->fd(), &ours) != 0 || ours.st_nlink == 0 ||
        ::lstat(segment->path().c_str(), &named) != 0 || named.st_ino != ours.st_ino ||
        named.st_dev != ours.st_dev)
      return failure("audit.write_failed", Fault::self,
                     "`" + segment->path() + "` was removed or replaced");
  }
  return {};
}

Expected<void> Journal::walk(uint64_t until, uint64_t limit, const Visit& visit) {
  for (uint64_t done = 0; walked_ < until && done < limit;) {
    const Frame frame = read_frame(walking_->bytes(), walk_offset_, false);
    if (frame.state == Frame::State::end) {
      std::lock_guard hold(mutex_);
      std::shared_ptr<Segment> following;
      for (const auto& segment : segments_)
        if (segment->head().number > walking_->head().number && !following) following = segment;
      if (!following) panic("the journal ends before its size");
      walking_ = std::move(following);
      walk_offset_ = kSegmentHeadBytes;
      continue;
    }
    if (frame.state == Frame::State::damaged || frame.index != walked_)
      return failure("audit.segment_damaged", Fault::self,
                     "`" + walking_->path() + "` changed under the log at offset `" +
                         std::to_string(walk_offset_) + "`");
    if (auto seen = visit(frame); !seen) return seen;
    walk_offset_ = frame.next;
    ++walked_;
    ++done;
  }
  return {};
}

void Journal::rewind() {
  std::lock_guard hold(mutex_);
  walking_ = segments_.front();
  walk_offset_ = kSegmentHeadBytes;
  walked_ = walking_->head().first;
}

std::optional<uint64_t> Journal::oldest_end() const {
  std::lock_guard hold(mutex_);
  if (segments_.size() < 2 || segments_.front() == walking_) return std::nullopt;
  return segments_[1]->head().first;
}

Expected<void> Journal::retire_oldest() {
  std::shared_ptr<Segment> oldest;
  {
    std::lock_guard hold(mutex_);
    if (segments_.size() < 2 || segments_.front() == walking_)
      panic("a segment was retired that is still read");
    oldest = std::move(segments_.front());
    segments_.pop_front();
  }
  return files_->remove(oldest->path());
}

}  // namespace doorward::audit
