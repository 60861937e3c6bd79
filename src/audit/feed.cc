#include "audit/feed.h"

#include <charconv>

#include "audit/proof.h"
#include "audit/tile_reader.h"

namespace doorward::audit {

namespace {
constexpr std::string_view kFirstLine = "doorward-cursor 1\n";
}

Expected<Feed> Feed::open(std::string folder, std::string cursor) {
  Feed feed(std::move(folder), std::move(cursor));
  const auto text = read_file(feed.cursor_, 256);
  if (!text) {
    if (text.error().code == "audit.missing") return feed;
    return std::unexpected(text.error());
  }
  const auto bad = [&feed] {
    return failure("audit.cursor", Fault::self,
                   "`" + feed.cursor_ + "` is no cursor; remove it to export everything again");
  };
  std::string_view rest = *text;
  if (!rest.starts_with(kFirstLine)) return bad();
  rest.remove_prefix(kFirstLine.size());
  const auto [end, fault] =
      std::from_chars(rest.data(), rest.data() + rest.size(), feed.confirmed_);
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  if (fault != std::errc() || !rest.starts_with('\n') || !rest.ends_with('\n') || rest.size() < 2)
    return bad();
  rest = rest.substr(1, rest.size() - 2);
  if (rest != "-") {
    const auto leaf = from_hex(rest);
    if (!leaf || leaf->size() != sizeof(Hash)) return bad();
    feed.confirmed_leaf_ = hash_from(*leaf);
  }
  if ((feed.confirmed_ > 0) != feed.confirmed_leaf_.has_value()) return bad();
  feed.next_ = feed.confirmed_;
  feed.last_ = feed.confirmed_leaf_;
  return feed;
}

// What the receiver got last stands where it stood.
Expected<void> Feed::still_there(const Checkpoint& published) const {
  if (next_ > published.size)
    return failure("audit.copy_ahead", Fault::self,
                   "the receiver has `" + std::to_string(next_) + "` entries, this log only `" +
                       std::to_string(published.size) + "`: it was cut back or put back");
  if (next_ == 0) return {};
  const TileReader reader(folder_, published.size);
  const auto tile = reader.tile(0, (next_ - 1) / kTileWidth);
  if (!tile) return std::unexpected(tile.error());
  const size_t at = (next_ - 1) % kTileWidth;
  if (at < tile->hashes.size() && last_ && tile->hashes[at] == *last_) return {};
  return failure("audit.forked", Fault::self,
                 "entry `" + std::to_string(next_ - 1) + "` is not the one that the receiver got");
}

Expected<std::vector<Record>> Feed::next(const Checkpoint& published, size_t most, size_t bytes) {
  if (auto there = still_there(published); !there) return std::unexpected(std::move(there).error());
  std::vector<Record> out;
  if (next_ == published.size) return out;
  size_t taken = 0;
  auto read = visit_entries(folder_, published, next_, published.size,
                            [&](uint64_t index, const Hash& leaf, std::string_view entry) {
                              out.push_back({index, leaf, std::string(entry), published.note});
                              taken += entry.size();
                              return out.size() < most && taken < bytes;
                            });
  if (!read) return std::unexpected(std::move(read).error());
  if (out.empty()) return out;
  next_ = out.back().index + 1;
  last_ = out.back().leaf;
  pending_.emplace_back(next_, out.back().leaf);
  return out;
}

Expected<void> Feed::confirm(uint64_t index) {
  size_t done = 0;
  while (done < pending_.size() && pending_[done].first <= index) ++done;
  if (done == 0) return {};
  const auto [end, leaf] = pending_[done - 1];
  const std::string text = std::string(kFirstLine) + std::to_string(end) + "\n" + hex(leaf) + "\n";
  if (auto written = files_.replace(cursor_, text, 0600, true); !written) return written;
  confirmed_ = end;
  confirmed_leaf_ = leaf;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
  return {};
}

void Feed::rewind() {
  next_ = confirmed_;
  last_ = confirmed_leaf_;
  pending_.clear();
}

}  // namespace doorward::audit
