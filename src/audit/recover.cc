// Opening the segments again: every frame is read, its checksum and its chain link are checked, a
// torn tail is cut. What was once on disk and is not whole now is no tear but damage, and refused.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "audit/chain.h"
#include "audit/journal.h"

namespace doorward::audit {

namespace {
std::unexpected<Error> damage(std::string code, const Segment& segment, size_t offset,
                              uint64_t index, std::string_view what) {
  return failure(std::move(code), Fault::self,
                 "`" + segment.path() + "` at offset `" + std::to_string(offset) + "`, entry `" +
                     std::to_string(index) + "`: " + std::string(what));
}

// The numbers of the segments in `folder`, rising; leftovers of a kill while one was made go.
Expected<std::vector<uint64_t>> list_segments(Files& files, const std::string& folder) {
  std::vector<uint64_t> out;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder, fault), end; !fault && it != end;
       it.increment(fault)) {
    const std::string name = it->path().filename().string();
    if (name.ends_with(".seg.new")) {
      if (auto gone = files.remove(it->path().string()); !gone)
        return std::unexpected(std::move(gone.error()));
      continue;
    }
    uint64_t number = 0;
    const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (bad != std::errc() || std::string_view(stop) != ".seg")
      return failure("audit.segment_head", Fault::self,
                     "`" + it->path().string() + "` is no segment");
    out.push_back(number);
  }
  if (fault) return failure("audit.read_failed", Fault::self, "can't list `" + folder + "`");
  std::ranges::sort(out);
  return out;
}
}  // namespace

Expected<std::unique_ptr<Journal>> Journal::open(JournalOptions options,
                                                 std::shared_ptr<Files> files, Recovery& found) {
  if (auto made = make_folders(options.folder); !made)
    return std::unexpected(std::move(made.error()));
  std::unique_ptr<Journal> out(new Journal(std::move(options), std::move(files)));
  if (auto recovered = out->recover(found); !recovered)
    return std::unexpected(std::move(recovered.error()));
  return out;
}

Expected<void> Journal::recover(Recovery& found) {
  auto numbers = list_segments(*files_, options_.folder);
  if (!numbers) return std::unexpected(std::move(numbers.error()));
  std::vector<std::shared_ptr<Segment>> there;
  for (const uint64_t number : *numbers) {
    auto segment = Segment::map(path_of(number));
    if (!segment) return std::unexpected(std::move(segment.error()));
    if ((*segment)->blank()) {  // made ahead and never begun
      if (auto gone = files_->remove((*segment)->path()); !gone) return gone;
      continue;
    }
    there.push_back(std::move(*segment));
  }
  if (!there.empty()) {
    found.first = size_ = there.front()->head().first;
    last_ = there.front()->head().prev;
  }
  for (size_t i = 0; i < there.size(); ++i) {
    Segment& segment = *there[i];
    const bool synced_later =
        i + 1 < there.size() &&
        std::any_of(there.begin() + static_cast<long>(i) + 1, there.end(),
                    [](const auto& it) { return it->head().synced > kSegmentHeadBytes; });
    if (i > 0 && segment.head().number != there[i - 1]->head().number + 1)
      return damage("audit.segment_missing", segment, 0, size_, "the segment before it is gone");
    if (segment.head().first != size_ || segment.head().prev != last_) {
      if (segment.head().synced > kSegmentHeadBytes || synced_later)
        return damage("audit.chain_broken", segment, 0, size_,
                      "it does not go on where the segment before it ends");
      // Begun behind a tear, and never on disk: nothing in it was ever promised.
      for (size_t k = i; k < there.size(); ++k, ++found.dropped_segments)
        if (auto gone = files_->remove(there[k]->path()); !gone) return gone;
      break;
    }
    if (auto read = read_segment(segment, !synced_later, found); !read) return read;
    segments_.push_back(there[i]);
  }
  if (segments_.empty()) {
    if (auto made = prepare(); !made) return made;
    next_->begin(size_, last_);
    segments_.push_back(std::move(next_));
    next_ = nullptr;
  }
  number_ = segments_.back()->head().number;
  rewind();
  found.size = size_;
  dirty_ = true;
  return {};
}

Expected<void> Journal::read_segment(Segment& segment, bool may_tear, Recovery& found) {
  size_t offset = kSegmentHeadBytes;
  for (;;) {
    const Frame frame = read_frame(segment.bytes(), offset);
    std::string_view fault = frame.fault;
    if (frame.state == Frame::State::whole) {
      const auto link = parse_link(frame.entry);
      if (frame.index == size_ && link && link->seq == size_ && link->prev == last_) {
        last_ = frame.leaf;
        ++size_;
        offset = frame.next;
        continue;
      }
      fault = "an entry that does not follow the one before it";
    }
    const bool end = frame.state == Frame::State::end;
    if (offset < segment.head().synced) {
      if (frame.state == Frame::State::whole)
        return damage("audit.chain_broken", segment, offset, size_, fault);
      return damage(end ? "audit.segment_truncated" : "audit.segment_damaged", segment, offset,
                    size_, end ? "entries that were on disk are gone" : fault);
    }
    const std::string_view rest = segment.bytes().substr(offset);
    const size_t last = rest.find_last_not_of('\0');
    if (last == std::string_view::npos) {
      segment.cut(offset);
      return {};
    }
    if (!may_tear) return damage("audit.segment_damaged", segment, offset, size_, fault);
    found.torn_bytes += last + 1;
    segment.cut(offset);
    return {};
  }
}

}  // namespace doorward::audit
