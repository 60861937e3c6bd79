#include "audit/mirror.h"

#include <filesystem>

#include "audit/rotation.h"
#include "audit/tile.h"
#include "audit/tile_reader.h"

namespace doorward::audit {

namespace {
constexpr size_t kMostBytes = kTileWidth * (2 + kMaxLeafBytes);  // of one file
}

Expected<Mirror> Mirror::open(std::string folder, std::string copy, const PublicKey& key,
                              uint64_t size) {
  if (auto made = make_folders(copy); !made) return std::unexpected(std::move(made).error());
  auto note = read_file(copy + "/checkpoint", kMostBytes);
  if (!note && note.error().code != "audit.missing")
    return std::unexpected(std::move(note).error());
  uint64_t covered = 0;
  Hash root = empty_root();
  if (note) {
    auto checkpoint = open_checkpoint(*note, kin(folder, key));
    if (!checkpoint)
      return failure("audit.copy_foreign", Fault::self,
                     "`" + copy + "/checkpoint`: " + checkpoint.error().what);
    covered = checkpoint->size;
    root = checkpoint->root;
  }
  if (covered > size)
    return failure("audit.copy_ahead", Fault::self,
                   "the copy in `" + copy + "` has `" + std::to_string(covered) +
                       "` entries, this log only `" + std::to_string(size) +
                       "`: it was cut back or put back");
  // A log that was put back to an older state and grew again has another history behind that state.
  TileReader reader(folder, covered);
  const auto mine = covered == 0 ? Expected<Hash>(empty_root()) : reader.root(0, covered);
  if (!mine || *mine != root)
    return failure("audit.copy_foreign", Fault::self,
                   "the first `" + std::to_string(covered) + "` entries of the copy in `" + copy +
                       "` are not those of this log: it was put back and written on");
  Mirror mirror(std::move(folder), std::move(copy), covered);
  return mirror;
}

Expected<void> Mirror::carry(const std::string& path) {
  auto bytes = read_file(folder_ + "/" + path, kMostBytes);
  if (!bytes) return std::unexpected(std::move(bytes).error());
  return put(path, *bytes);
}

Expected<void> Mirror::put(const std::string& path, std::string_view bytes) {
  const std::string to = copy_ + "/" + path;
  if (auto made = make_folders(std::filesystem::path(to).parent_path()); !made) return made;
  return files_.replace(to, bytes, 0600, true);
}

// A log that is written to drops a partial tile once the full one is there: that one begins with
// it.
Expected<std::string> Mirror::published(const std::string& path, unsigned level, uint64_t index,
                                        size_t width, const TileReader& reader) const {
  const bool entries = path == bundle_path(index, width);
  if (width == kTileWidth) return read_file(folder_ + "/" + path, kMostBytes);
  if (!entries) {
    auto tile = reader.tile(level, index);
    if (!tile) return std::unexpected(std::move(tile).error());
    return tile_bytes(tile->hashes);
  }
  auto kept = reader.bundle(index);
  if (!kept) return std::unexpected(std::move(kept).error());
  std::string out;
  for (const BundleEntry& entry : kept->bundle.entries) append_bundle_entry(out, entry.entry);
  return out;
}

// Tiles of one level that hold anything of [from, to), counted in hashes of that level.
Expected<void> Mirror::carry_level(unsigned level, uint64_t from, uint64_t to,
                                   const TileReader& reader) {
  for (uint64_t index = from / kTileWidth; index * kTileWidth < to; ++index) {
    const uint64_t left = to - index * kTileWidth;
    const size_t width = left < kTileWidth ? static_cast<size_t>(left) : kTileWidth;
    for (const std::string& path : {tile_path(level, index, width), bundle_path(index, width)}) {
      auto bytes = published(path, level, index, width, reader);
      if (!bytes) return std::unexpected(std::move(bytes).error());
      if (auto done = put(path, *bytes); !done) return done;
      if (level > 0) break;
    }
  }
  return {};
}

// A log that was opened anew may have another key. The notes that lead to it come first.
Expected<void> Mirror::carry_keys() {
  if (keys_carried_) return {};
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder_ + "/keys", fault), end; !fault && it != end;
       it.increment(fault))
    if (auto done = carry("keys/" + it->path().filename().string()); !done) return done;
  if (auto done = carry("key.pub"); !done) return done;
  keys_carried_ = true;
  return {};
}

Expected<void> Mirror::update(const Checkpoint& published) {
  if (published.size == size_ && size_ > 0 && keys_carried_) return {};
  const TileReader reader(folder_, published.size);
  uint64_t from = size_, to = published.size;
  for (unsigned level = 0; to > 0; ++level, from /= kTileWidth, to /= kTileWidth)
    if (auto done = carry_level(level, from, to, reader); !done) return done;
  if (auto done = carry_keys(); !done) return done;
  if (auto done = files_.replace(copy_ + "/checkpoint", published.note, 0600, true); !done)
    return done;
  size_ = published.size;
  return {};
}

}  // namespace doorward::audit
