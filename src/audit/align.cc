#include "audit/align.h"

#include <algorithm>
#include <map>

#include "audit/chain.h"

namespace doorward::audit {

namespace {
// How far an entry may have moved and still be recognised.
constexpr size_t kWindow = 2 * kTileWidth + 1;

std::string number(uint64_t value) {
  return "`" + std::to_string(value) + "`";
}
}  // namespace

void Aligner::fill_entries() {
  const uint64_t index = entry_bundle_++;
  const auto bundle = reader_.bundle(index);
  if (!bundle) {
    const bool gone = bundle.error().code == "audit.bundle_missing";
    report_({gone ? "audit.bundle_missing" : "audit.bundle_broken", index * kTileWidth,
             bundle_path(index, reader_.width(0, index)), std::nullopt, bundle.error().what});
    return;
  }
  for (const BundleEntry& it : bundle->bundle.entries) {
    const auto link = parse_link(it.entry);
    entries_.push_back({leaf_hash(it.entry), link ? std::optional(link->seq) : std::nullopt,
                        bundle->path, it.offset, it.offset + 2 + it.entry.size()});
  }
  if (!bundle->bundle.fault.empty())
    report_({"audit.bundle_broken", index * kTileWidth + bundle->bundle.entries.size(),
             bundle->path, bundle->bundle.stopped_at, std::string(bundle->bundle.fault)});
}

void Aligner::fill_hashes() {
  const uint64_t index = hash_tile_++;
  if (!distrusted_(index)) {
    if (const auto tile = reader_.tile(0, index)) {
      hashes_.insert(hashes_.end(), tile->hashes.begin(), tile->hashes.end());
      return;
    }
  }
  const auto bundle = reader_.bundle(index);
  for (size_t i = 0; i < reader_.width(0, index); ++i) {
    const bool there = bundle && i < bundle->bundle.entries.size();
    hashes_.push_back(there ? leaf_hash(bundle->bundle.entries[i].entry) : Hash{});
  }
}

void Aligner::fill() {
  const uint64_t count = (reader_.size() + kTileWidth - 1) / kTileWidth;
  while (entries_.size() <= kWindow && entry_bundle_ < count) fill_entries();
  while (hashes_.size() <= kWindow && hash_tile_ < count) fill_hashes();
}

uint64_t Aligner::run(uint64_t first, const std::function<bool(uint64_t)>& settled) {
  entries_.clear();
  hashes_.clear();
  last_file_.clear();
  entry_bundle_ = hash_tile_ = first;
  index_ = first * kTileWidth;
  for (;;) {
    fill();
    if (entries_.empty() && hashes_.empty()) return hash_tile_;
    // In step, and at the start of a bundle that needs no look: done with this stretch.
    if (index_ > first * kTileWidth && index_ % kTileWidth == 0 && !entries_.empty() &&
        entries_.front().offset == 0 && settled(index_ / kTileWidth) &&
        entries_.front().file.starts_with(bundle_path(index_ / kTileWidth, kTileWidth)))
      return index_ / kTileWidth;
    if (!step()) return UINT64_MAX;
  }
}

// The length of the shortest stretch in front that has the same hashes in another order, or 0.
size_t Aligner::reordered() const {
  std::map<Hash, int> balance;
  size_t open = 0;
  const auto add = [&](const Hash& hash, int by) {
    int& value = balance[hash];
    open -= value != 0;
    value += by;
    open += value != 0;
  };
  const size_t limit = std::min({entries_.size(), hashes_.size(), kWindow});
  for (size_t i = 0; i < limit; ++i) {
    add(entries_[i].leaf, 1);
    add(hashes_[i], -1);
    if (open == 0) return i + 1;
  }
  return 0;
}

void Aligner::take(size_t count) {
  const auto end = entries_.begin() + static_cast<long>(count);
  if (count > 0) {
    last_file_ = (end - 1)->file;
    last_end_ = (end - 1)->end;
  }
  entries_.erase(entries_.begin(), end);
}

Finding Aligner::at_entry(std::string code, std::string what) const {
  Finding out{std::move(code), index_, last_file_, last_end_, std::move(what)};
  // What is gone at a bundle's end is gone behind the entry before, not from the next file.
  const bool next_file = !entries_.empty() && entries_.front().offset == 0 &&
                         index_ % kTileWidth != 0 && !last_file_.empty();
  if (!entries_.empty() && !next_file) {
    out.file = entries_.front().file;
    out.offset = entries_.front().offset;
  }
  if (out.file.empty()) {
    const uint64_t bundle = index_ / kTileWidth;
    out.file = bundle_path(bundle, reader_.width(0, bundle));
  }
  return out;
}

bool Aligner::deleted(uint64_t count) {
  const bool at_end = entries_.empty();
  if (at_end) {  // no entry is left at all: one finding for the whole rest
    count = reader_.size() - index_;
    hash_tile_ = (reader_.size() + kTileWidth - 1) / kTileWidth;
  }
  Finding finding = at_entry(
      at_end ? "audit.truncated" : "audit.entry_deleted",
      count == 1 ? "entry " + number(index_) + " is gone"
                 : "entries " + number(index_) + " to " + number(index_ + count - 1) + " are gone");
  index_ += count;
  const size_t held = std::min<uint64_t>(count, hashes_.size());
  hashes_.erase(hashes_.begin(), hashes_.begin() + static_cast<long>(held));
  return report_(std::move(finding));
}

bool Aligner::changed() {
  const Item& entry = entries_.front();
  std::string what = "entry " + number(index_) + " was changed: its leaf hash is `" +
                     hex(entry.leaf) + "`, its tile says `" + hex(hashes_.front()) + "`";
  if (!entry.seq)
    what += "; it has no chain link";
  else if (*entry.seq != index_)
    what += "; it calls itself entry " + number(*entry.seq);
  Finding finding = at_entry("audit.entry_changed", std::move(what));
  take(1);
  hashes_.pop_front();
  ++index_;
  return report_(std::move(finding));
}

bool Aligner::step() {
  if (entries_.empty()) return deleted(hashes_.size());
  if (hashes_.empty()) {
    Finding finding = at_entry("audit.entry_inserted",
                               number(entries_.size()) + " entries more than were signed");
    take(entries_.size());
    return report_(std::move(finding));
  }
  if (entries_.front().leaf == hashes_.front()) {
    take(1);
    hashes_.pop_front();
    ++index_;
    return true;
  }
  if (const size_t length = reordered(); length > 1) {
    Finding finding = at_entry("audit.entries_reordered", "entries " + number(index_) + " to " +
                                                              number(index_ + length - 1) +
                                                              " are in another order");
    take(length);
    hashes_.erase(hashes_.begin(), hashes_.begin() + static_cast<long>(length));
    index_ += length;
    return report_(std::move(finding));
  }
  const auto later = std::ranges::find(hashes_, entries_.front().leaf);
  if (later != hashes_.end()) return deleted(static_cast<size_t>(later - hashes_.begin()));
  const auto moved = std::ranges::find(entries_, hashes_.front(), &Item::leaf);
  if (moved == entries_.end()) return changed();
  const auto count = static_cast<size_t>(moved - entries_.begin());
  Finding finding =
      at_entry("audit.entry_inserted", number(count) + " entries stand before entry " +
                                           number(index_) + " that were not logged there");
  take(count);
  return report_(std::move(finding));
}

}  // namespace doorward::audit
