#include "audit/tree.h"

#include <bit>

#include "base/error.h"

namespace doorward::audit {

namespace {
// The largest power of two below `n`; n > 1.
uint64_t split_of(uint64_t n) {
  return std::bit_floor(n - 1);
}

void consistency_step(uint64_t old_size, uint64_t begin, uint64_t end, bool whole,
                      const SubtreeHash& subtree, std::vector<Hash>& out) {
  const uint64_t size = end - begin;
  if (old_size == size) {
    if (!whole) out.push_back(range_root(begin, end, subtree));
    return;
  }
  const uint64_t k = split_of(size);
  if (old_size <= k) {
    consistency_step(old_size, begin, begin + k, whole, subtree, out);
    out.push_back(range_root(begin + k, end, subtree));
  } else {
    consistency_step(old_size - k, begin + k, end, false, subtree, out);
    out.push_back(range_root(begin, begin + k, subtree));
  }
}
}  // namespace

Hash root_of(std::span<const Hash> leaves) {
  if (leaves.empty()) panic("a subtree without leaves has no root");
  std::vector<Hash> row(leaves.begin(), leaves.end());
  // An odd last hash moves up unchanged: the same tree as RFC 6962's recursive split.
  while (row.size() > 1) {
    size_t out = 0;
    for (size_t i = 0; i + 1 < row.size(); i += 2) row[out++] = node_hash(row[i], row[i + 1]);
    if (row.size() % 2 == 1) row[out++] = row.back();
    row.resize(out);
  }
  return row.front();
}

TreeEdge::TreeEdge(uint64_t size, std::vector<std::vector<Hash>> levels)
    : size_(size), levels_(std::move(levels)) {
  uint64_t rest = size;
  for (const auto& level : levels_) {
    if (level.size() != rest % kTileWidth) panic("an open tile does not fit its tree");
    rest /= kTileWidth;
  }
  if (rest != 0) panic("a tree's edge lacks a level");
}

void TreeEdge::add(const Hash& leaf, const FullTile& on_full) {
  Hash next = leaf;
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back().reserve(kTileWidth);
    auto& tile = levels_[level];
    tile.push_back(next);
    if (tile.size() < kTileWidth) break;
    uint64_t index = size_;
    for (size_t i = 0; i <= level; ++i) index /= kTileWidth;
    on_full(static_cast<unsigned>(level), index, tile);
    next = root_of(tile);
    tile.clear();
  }
  ++size_;
}

Hash TreeEdge::root() const {
  if (size_ == 0) return empty_root();
  // From the right: the open tile of a lower level is right of all that the higher ones hold.
  Hash right{};
  bool any = false;
  for (const auto& tile : levels_) {
    size_t end = tile.size();
    while (end > 0) {
      const size_t width = end & (~end + 1);
      const Hash peak = root_of(std::span(tile).subspan(end - width, width));
      right = any ? node_hash(peak, right) : peak;
      any = true;
      end -= width;
    }
  }
  return right;
}

bool inclusion_holds(const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> path,
                     const Hash& root) {
  if (index >= size) return false;
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Hash at = leaf;
  for (const Hash& step : path) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      at = node_hash(step, at);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      at = node_hash(at, step);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && at == root;
}

bool consistency_holds(uint64_t old_size, const Hash& old_root, uint64_t size, const Hash& root,
                       std::span<const Hash> path) {
  if (old_size > size) return false;
  if (old_size == size) return path.empty() && old_root == root;
  if (old_size == 0) return path.empty() && old_root == empty_root();
  std::vector<Hash> steps(path.begin(), path.end());
  if (std::has_single_bit(old_size)) steps.insert(steps.begin(), old_root);
  if (steps.empty()) return false;
  uint64_t fn = old_size - 1;
  uint64_t sn = size - 1;
  while ((fn & 1) == 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Hash from = steps.front();
  Hash to = steps.front();
  for (size_t i = 1; i < steps.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      from = node_hash(steps[i], from);
      to = node_hash(steps[i], to);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      to = node_hash(to, steps[i]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && from == old_root && to == root;
}

Hash range_root(uint64_t begin, uint64_t end, const SubtreeHash& subtree) {
  const uint64_t size = end - begin;
  if (std::has_single_bit(size) && begin % size == 0) return subtree(begin, end);
  const uint64_t middle = begin + split_of(size);
  return node_hash(range_root(begin, middle, subtree), range_root(middle, end, subtree));
}

std::vector<Hash> inclusion_path(uint64_t index, uint64_t size, const SubtreeHash& subtree) {
  std::vector<Hash> down;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + split_of(end - begin);
    if (index < middle) {
      down.push_back(range_root(middle, end, subtree));
      end = middle;
    } else {
      down.push_back(range_root(begin, middle, subtree));
      begin = middle;
    }
  }
  return {down.rbegin(), down.rend()};
}

std::vector<Hash> consistency_path(uint64_t old_size, uint64_t size, const SubtreeHash& subtree) {
  std::vector<Hash> out;
  consistency_step(old_size, 0, size, true, subtree, out);
  return out;
}

}  // namespace doorward::audit
