// The public files of a log, read back: what a verifier, a proof and an export have in common.
// Opens nothing for writing and trusts nothing that it reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/hash.h"
#include "audit/tile.h"

namespace doorward::audit {

// One bundle of a tree of some size, its file kept alive.
struct StoredBundle {
  std::string path;  // relative to the folder
  std::string bytes;
  Bundle bundle;
};
struct StoredTile {
  std::string path;
  std::vector<Hash> hashes;
};

class TileReader {
 public:
  // Tiles of the tree of `size` entries in `folder`.
  TileReader(std::string folder, uint64_t size) : folder_(std::move(folder)), size_(size) {}

  [[nodiscard]] uint64_t size() const { return size_; }
  // Hashes that tile `index` of `level` has in this tree: 0 to 256.
  [[nodiscard]] size_t width(unsigned level, uint64_t index) const;
  // A partial tile may be gone once the full one is there, so that is the second place to look; it
  // is cut to its width then. Errors: audit.tile_missing, audit.tile_size, audit.read_failed.
  [[nodiscard]] Expected<StoredTile> tile(unsigned level, uint64_t index) const;
  // The same of entries; the archive is where a full one is looked for last. A bundle that breaks
  // off is no error here. Errors: audit.bundle_missing,
  // audit.read_failed, audit.too_large.
  [[nodiscard]] Expected<StoredBundle> bundle(uint64_t index) const;

  // The root over [begin, end) by tiles alone; the range is as range_root has it.
  // Errors: those of tile().
  [[nodiscard]] Expected<Hash> root(uint64_t begin, uint64_t end);
  // Errors: audit.range (index or size not in the tree), those of tile().
  [[nodiscard]] Expected<std::vector<Hash>> inclusion(uint64_t index);
  [[nodiscard]] Expected<std::vector<Hash>> consistency(uint64_t old_size);

 private:
  [[nodiscard]] Expected<std::string> read(const std::string& partial, const std::string& full,
                                           size_t limit, std::string& path, std::string code) const;
  template <class Work>
  [[nodiscard]] auto with_subtrees(const Work& work) -> Expected<decltype(work(SubtreeHash{}))>;
  [[nodiscard]] Hash subtree(uint64_t begin, uint64_t end, std::optional<Error>& fault);

  std::string folder_;
  uint64_t size_;
  struct Kept {
    unsigned level;
    uint64_t index;
    std::vector<Hash> hashes;
  };
  std::vector<Kept> kept_;  // a few tiles: proofs of neighbours share them
};

// The checkpoint of a folder, by `key` or by one that it leads to (audit/rotation.h). Errors:
// audit.checkpoint_missing and those of open_checkpoint.
[[nodiscard]] Expected<Checkpoint> read_checkpoint(const std::string& folder, const PublicKey& key);

}  // namespace doorward::audit
