#include "audit/tile_reader.h"

#include <algorithm>
#include <bit>

#include "audit/files.h"
#include "audit/retention.h"
#include "audit/rotation.h"

namespace doorward::audit {

namespace {
constexpr size_t kMaxBundleBytes = kTileWidth * (2 + kMaxLeafBytes);
constexpr size_t kMaxBundleEntries = 4096;  // of a bundle that someone put more into
constexpr size_t kKeptTiles = 64;
}  // namespace

size_t TileReader::width(unsigned level, uint64_t index) const {
  uint64_t hashes = size_;
  for (unsigned i = 0; i < level; ++i) hashes /= kTileWidth;
  if (index > hashes / kTileWidth) return 0;
  return static_cast<size_t>(std::min<uint64_t>(kTileWidth, hashes - index * kTileWidth));
}

Expected<std::string> TileReader::read(const std::string& partial, const std::string& full,
                                       size_t limit, std::string& path, std::string code) const {
  path = partial;
  auto bytes = read_file(folder_ + "/" + partial, limit);
  if (!bytes && bytes.error().code == "audit.missing" && partial != full) {
    path = full;
    bytes = read_file(folder_ + "/" + full, limit);
    if (!bytes) path = partial;
  }
  if (!bytes && bytes.error().code == "audit.missing")
    return failure(std::move(code), Fault::self, "`" + path + "` is not there");
  return bytes;
}

Expected<StoredTile> TileReader::tile(unsigned level, uint64_t index) const {
  const size_t count = width(level, index);
  StoredTile out;
  auto bytes = read(tile_path(level, index, count), tile_path(level, index, kTileWidth),
                    kTileWidth * sizeof(Hash), out.path, "audit.tile_missing");
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  const bool cut = count < kTileWidth && out.path == tile_path(level, index, kTileWidth);
  auto hashes = parse_tile(*bytes, cut ? kTileWidth : count);
  if (!hashes) return std::unexpected(std::move(hashes.error()).within("`" + out.path + "`"));
  out.hashes = std::move(*hashes);
  out.hashes.resize(count);
  return out;
}

Expected<StoredBundle> TileReader::bundle(uint64_t index) const {
  const size_t count = width(0, index);
  StoredBundle out;
  auto bytes = read(bundle_path(index, count), bundle_path(index, kTileWidth), kMaxBundleBytes,
                    out.path, "audit.bundle_missing");
  if (!bytes && bytes.error().code == "audit.bundle_missing" && count == kTileWidth)
    if (const std::string archive = archive_of(folder_); !archive.empty())
      if (auto kept = read_file(archive + "/" + bundle_path(index, count), kMaxBundleBytes); kept)
        bytes = std::move(kept);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  out.bytes = std::move(*bytes);
  out.bundle = read_bundle(out.bytes, kMaxBundleEntries);
  if (count < kTileWidth && out.path == bundle_path(index, kTileWidth) &&
      out.bundle.entries.size() > count)
    out.bundle.entries.resize(count);
  return out;
}

Hash TileReader::subtree(uint64_t begin, uint64_t end, std::optional<Error>& fault) {
  if (fault) return {};
  unsigned level = 0;
  uint64_t span = 1;
  while (end - begin >= span * kTileWidth) {
    span *= kTileWidth;
    ++level;
  }
  const uint64_t first = begin / span;
  const uint64_t index = first / kTileWidth;
  auto it = std::ranges::find_if(
      kept_, [&](const Kept& kept) { return kept.level == level && kept.index == index; });
  if (it == kept_.end()) {
    auto read = tile(level, index);
    if (!read) {
      fault = std::move(read.error());
      return {};
    }
    if (kept_.size() == kKeptTiles) kept_.erase(kept_.begin());
    kept_.push_back({level, index, std::move(read->hashes)});
    it = kept_.end() - 1;
  }
  const size_t at = first % kTileWidth;
  return root_of(std::span(it->hashes).subspan(at, (end - begin) / span));
}

template <class Work>
auto TileReader::with_subtrees(const Work& work) -> Expected<decltype(work(SubtreeHash{}))> {
  std::optional<Error> fault;
  auto out = work([&](uint64_t begin, uint64_t end) { return subtree(begin, end, fault); });
  if (fault) return std::unexpected(std::move(*fault));
  return out;
}

Expected<Hash> TileReader::root(uint64_t begin, uint64_t end) {
  if (begin == 0 && end == 0) return empty_root();
  if (begin >= end || end > size_)
    return failure("audit.range", Fault::client, "no such range of entries");
  return with_subtrees([&](const SubtreeHash& subtree) { return range_root(begin, end, subtree); });
}

Expected<std::vector<Hash>> TileReader::inclusion(uint64_t index) {
  if (index >= size_)
    return failure("audit.range", Fault::client,
                   "entry `" + std::to_string(index) + "` is not among the signed `" +
                       std::to_string(size_) + "`");
  return with_subtrees(
      [&](const SubtreeHash& subtree) { return inclusion_path(index, size_, subtree); });
}

Expected<std::vector<Hash>> TileReader::consistency(uint64_t old_size) {
  if (old_size > size_)
    return failure("audit.range", Fault::client,
                   "size `" + std::to_string(old_size) + "` is over the signed `" +
                       std::to_string(size_) + "`");
  if (old_size == 0) return std::vector<Hash>{};
  return with_subtrees(
      [&](const SubtreeHash& subtree) { return consistency_path(old_size, size_, subtree); });
}

Expected<Checkpoint> read_checkpoint(const std::string& folder, const PublicKey& key) {
  auto note = read_file(folder + "/checkpoint", kMaxNoteBytes);
  if (!note && note.error().code == "audit.missing")
    return failure("audit.checkpoint_missing", Fault::self,
                   "`" + folder + "/checkpoint` is not there");
  if (!note) return std::unexpected(std::move(note.error()));
  auto opened = open_checkpoint(*note, key);
  if (!opened && opened.error().code == "audit.checkpoint_signature")
    opened = open_checkpoint(*note, successors(folder, key));
  return opened;
}

}  // namespace doorward::audit
