// Segments are a witness too: of entries that are in tiles already, and alone of those that are
// not.
#include <algorithm>
#include <filesystem>

#include "audit/chain.h"
#include "audit/files.h"
#include "audit/segment.h"
#include "audit/verifier.h"

namespace doorward::audit {

namespace {
constexpr size_t kMaxSegmentBytes = size_t{1} << 30;
}  // namespace

void Verifier::check_segments(const TileReader& reader) {
  newest_ = reader.size();
  std::vector<std::string> names;
  std::error_code fault;
  const std::string folder = options_.folder + "/segment";
  for (std::filesystem::directory_iterator it(folder, fault), end; !fault && it != end;
       it.increment(fault))
    if (it->path().extension() == ".seg") names.push_back(it->path().filename().string());
  std::ranges::sort(names);
  // A copy has none; where a log was opened there is always one.
  if (names.empty() && checkpoint_ && checkpoint_->size > 0 && exists(options_.folder + "/lock"))
    add({"audit.segment_missing",
         checkpoint_->size,
         "segment",
         {},
         "no segment is there: entries behind the last checkpoint, if any, are gone"});
  bool first = true;
  for (const std::string& name : names) {
    const auto bytes = read_file(folder + "/" + name, kMaxSegmentBytes);
    if (!bytes) continue;  // retired meanwhile
    const auto head = parse_segment_head(*bytes);
    if (!head) {
      add({"audit.segment_changed", {}, "segment/" + name, 0, head.error().what});
      continue;
    }
    if (!*head) continue;
    // Read behind the segment: an open log may have signed more since the start.
    if (const auto now = read_checkpoint(options_.folder, options_.key))
      newest_ = std::max(newest_, now->size);
    if (first && checkpoint_ && (*head)->first > newest_)
      add({"audit.rolled_back",
           checkpoint_->size,
           "checkpoint",
           {},
           "segments begin at entry `" + std::to_string((*head)->first) +
               "`, so a later checkpoint was signed than the one of `" +
               std::to_string(checkpoint_->size) + "`"});
    first = false;
    check_segment(reader, "segment/" + name, *bytes);
  }
}

void Verifier::check_segment(const TileReader& reader, const std::string& name,
                             std::string_view bytes) {
  const SegmentHead head = **parse_segment_head(bytes);
  uint64_t index = head.first;
  Hash prev = head.prev;
  uint64_t tile_index = UINT64_MAX;
  std::vector<Hash> tile;
  for (size_t offset = kSegmentHeadBytes;; ++index) {
    const Frame frame = read_frame(bytes, offset);
    const auto changed = [&](std::string what) {
      add({"audit.segment_changed", index, name, offset, std::move(what)});
    };
    if (frame.state != Frame::State::whole) {
      // Behind the mark an open log is writing, or a killed one has left a torn tail.
      if (offset < head.synced)
        changed(frame.state == Frame::State::end ? "entries that were on disk are gone"
                                                 : std::string(frame.fault));
      return;
    }
    const auto link = parse_link(frame.entry);
    if (frame.index != index || !link || link->seq != index || link->prev != prev)
      return changed("an entry that does not follow the one before it");
    if (index >= reader.size()) {
      report_.unsigned_tail += index >= newest_;
    } else {
      if (index / kTileWidth != tile_index) {
        tile_index = index / kTileWidth;
        const auto stored = reader.tile(0, tile_index);
        tile = stored ? stored->hashes : std::vector<Hash>{};
      }
      if (!tile.empty() && tile[index % kTileWidth] != frame.leaf)
        return changed("entry `" + std::to_string(index) + "` is not its tile's");
    }
    prev = frame.leaf;
    offset = frame.next;
  }
}

}  // namespace doorward::audit
