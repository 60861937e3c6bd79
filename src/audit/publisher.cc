#include "audit/publisher.h"

#include <unistd.h>

#include <filesystem>

#include "audit/tile.h"

namespace doorward::audit {

namespace {
constexpr size_t kMaxBundleBytes = kTileWidth * (2 + kMaxLeafBytes);
}  // namespace

Expected<Publisher> Publisher::open(std::shared_ptr<Files> files, std::string folder,
                                    uint64_t first) {
  Publisher out(std::move(files), std::move(folder));
  if (auto loaded = out.load_edge(first - first % kTileWidth); !loaded)
    return std::unexpected(std::move(loaded.error()));
  if (auto loaded = out.load_open_bundle(first); !loaded)
    return std::unexpected(std::move(loaded.error()));
  return out;
}

Expected<std::vector<Hash>> Publisher::full_tile(unsigned level, uint64_t index) const {
  const std::string path = tile_path(level, index, kTileWidth);
  auto bytes = read_file(folder_ + "/" + path, kTileWidth * sizeof(Hash));
  if (!bytes && bytes.error().code == "audit.missing")
    return failure("audit.tile_missing", Fault::self, "`" + path + "` is gone");
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  auto hashes = parse_tile(*bytes, kTileWidth);
  if (!hashes) return std::unexpected(std::move(hashes.error()).within("`" + path + "`"));
  return hashes;
}

Expected<void> Publisher::load_edge(uint64_t base) {
  std::vector<std::vector<Hash>> levels;
  if (base > 0) levels.emplace_back();  // base is a multiple of 256: level 0 is empty
  unsigned level = 1;
  for (uint64_t width = base / kTileWidth; width > 0; width /= kTileWidth, ++level) {
    auto& tile = levels.emplace_back();
    for (uint64_t index = width - width % kTileWidth; index < width; ++index) {
      auto below = full_tile(level - 1, index);
      if (!below) return std::unexpected(std::move(below.error()));
      tile.push_back(root_of(*below));
    }
  }
  edge_ = TreeEdge(base, std::move(levels));
  return {};
}

Expected<void> Publisher::load_open_bundle(uint64_t first) {
  const size_t count = first % kTileWidth;
  if (count == 0) return {};
  auto hashes = full_tile(0, first / kTileWidth);
  if (!hashes) return std::unexpected(std::move(hashes.error()));
  const std::string path = bundle_path(first / kTileWidth, kTileWidth);
  auto bytes = read_file(folder_ + "/" + path, kMaxBundleBytes);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  auto entries = parse_bundle(*bytes);
  if (!entries) return std::unexpected(std::move(entries.error()).within("`" + path + "`"));
  if (entries->size() != kTileWidth)
    return failure("audit.bundle_size", Fault::self, "`" + path + "` has not 256 entries");
  for (size_t i = 0; i < count; ++i) {
    const BundleEntry& it = (*entries)[i];
    if (leaf_hash(it.entry) != (*hashes)[i])
      return failure("audit.entry_changed", Fault::self,
                     "`" + path + "` at offset `" + std::to_string(it.offset) + "`, entry `" +
                         std::to_string(edge_.size()) + "`: it is not its tile's");
    append_bundle_entry(bundle_, it.entry);
    edge_.add((*hashes)[i], [](unsigned, uint64_t, std::span<const Hash>) {});
  }
  return {};
}

Expected<void> Publisher::write(const std::string& path, std::string_view bytes, bool compare) {
  const std::string whole = folder_ + "/" + path;
  if (compare) {
    const auto there = read_file(whole, kMaxBundleBytes);
    if (there && *there == bytes) return {};
    if (there || there.error().code != "audit.missing") ++repaired_;
  }
  const std::string parent = std::filesystem::path(whole).parent_path().string();
  if (parent != made_folder_) {
    if (auto made = make_folders(parent); !made) return made;
    made_folder_ = parent;
  }
  return files_->replace(whole, bytes, 0600, false);
}

Expected<void> Publisher::drop_partials(const std::string& path) {
  const std::string folder = folder_ + "/" + path + ".p";
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder, fault), end; !fault && it != end;
       it.increment(fault))
    if (auto gone = files_->remove(it->path().string()); !gone) return gone;
  std::filesystem::remove(folder, fault);  // only an empty one goes; a leftover does no harm
  if (folder == made_folder_) made_folder_.clear();
  return {};
}

Expected<void> Publisher::add(const Frame& frame, bool compare) {
  append_bundle_entry(bundle_, frame.entry);
  Expected<void> done;
  edge_.add(frame.leaf, [&](unsigned level, uint64_t index, std::span<const Hash> hashes) {
    if (!done) return;
    const std::string path = tile_path(level, index, kTileWidth);
    done = write(path, tile_bytes(hashes), compare);
    if (done) done = drop_partials(path);
    if (level > 0 || !done) return;
    const std::string entries = bundle_path(index, kTileWidth);
    done = write(entries, bundle_, compare);
    if (done) done = drop_partials(entries);
    bundle_.clear();
  });
  return done;
}

Expected<Checkpoint> Publisher::publish(const SigningKey& key) {
  uint64_t index = edge_.size();
  for (unsigned level = 0; level < edge_.open_tiles().size(); ++level) {
    index /= kTileWidth;
    const auto& tile = edge_.open_tiles()[level];
    if (tile.empty()) continue;
    if (auto put = write(tile_path(level, index, tile.size()), tile_bytes(tile), false); !put)
      return std::unexpected(std::move(put.error()));
    if (level > 0) continue;
    if (auto put = write(bundle_path(index, tile.size()), bundle_, false); !put)
      return std::unexpected(std::move(put.error()));
  }
  Checkpoint out = sign_checkpoint(edge_.size(), edge_.root(), key);
  if (auto put = files_->replace(folder_ + "/checkpoint", out.note, 0600, true); !put)
    return std::unexpected(std::move(put.error()));
  return out;
}

}  // namespace doorward::audit
