// The Merkle tree as a stream (RFC 6962 section 2.1): the right edge that grows, and the checks of
// proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "audit/hash.h"

namespace doorward::audit {

inline constexpr size_t kTileWidth = 256;

// The root of `leaves` as a tree of its own, by their number; any number but none.
[[nodiscard]] Hash root_of(std::span<const Hash> leaves);

// What is left open of a tree that grows at its right: for each level of tiles the hashes of the
// tile that is not full yet. Memory: at most 8 levels of 8 KiB for 2^64 entries.
class TreeEdge {
 public:
  // Called with each tile that became full: its level, its index, its 256 hashes.
  using FullTile = std::function<void(unsigned level, uint64_t index, std::span<const Hash>)>;

  TreeEdge() = default;
  // An edge for a tree of `size` whose open tiles are known; `levels[l]` has
  // floor(size / 256^l) mod 256 hashes (panics otherwise).
  TreeEdge(uint64_t size, std::vector<std::vector<Hash>> levels);

  void add(const Hash& leaf, const FullTile& on_full);
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;
  // The hashes of the open tile of each level; an empty one has no tile.
  [[nodiscard]] const std::vector<std::vector<Hash>>& open_tiles() const { return levels_; }

 private:
  uint64_t size_ = 0;
  std::vector<std::vector<Hash>> levels_;
};

// True when `path` shows that `leaf` is entry `index` of the tree of `size` with `root`.
[[nodiscard]] bool inclusion_holds(const Hash& leaf, uint64_t index, uint64_t size,
                                   std::span<const Hash> path, const Hash& root);
// True when `path` shows that the tree (old_size, old_root) is a prefix of (size, root).
[[nodiscard]] bool consistency_holds(uint64_t old_size, const Hash& old_root, uint64_t size,
                                     const Hash& root, std::span<const Hash> path);

// The hash of the subtree over entries [begin, end); `end - begin` is a power of two that divides
// `begin`.
using SubtreeHash = std::function<Hash(uint64_t begin, uint64_t end)>;
// The root over entries [begin, end), begin < end, aligned as RFC 6962 splits a tree.
[[nodiscard]] Hash range_root(uint64_t begin, uint64_t end, const SubtreeHash& subtree);
// RFC 6962 section 2.1.1, leaf side first; index < size.
[[nodiscard]] std::vector<Hash> inclusion_path(uint64_t index, uint64_t size,
                                               const SubtreeHash& subtree);
// RFC 6962 section 2.1.2; 0 < old_size <= size. Empty when the sizes are equal.
[[nodiscard]] std::vector<Hash> consistency_path(uint64_t old_size, uint64_t size,
                                                 const SubtreeHash& subtree);

}  // namespace doorward::audit
