#include "audit/scan.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "audit/chain.h"
#include "audit/retention.h"

namespace doorward::audit {

namespace {
// Hashes a bundle's entries and checks the chain among them.
Scanned scan_bundle(const TileReader& reader, uint64_t index, std::vector<Hash>& leaves) {
  Scanned out;
  leaves.clear();
  const size_t width = reader.width(0, index);
  const auto bundle = reader.bundle(index);
  if (!bundle) {
    // Perhaps it was retired: what entries say of that is known when all are read.
    const auto tile = reader.tile(0, index);
    out.tile_read = tile.has_value();
    if (bundle.error().code != "audit.bundle_missing" || !tile || width < kTileWidth) return out;
    leaves = tile->hashes;
    out.retired = out.whole = out.like_tile = out.chained = true;
    out.root = root_of(leaves);
    out.last = leaves.back();
    return out;
  }
  out.chained = true;
  const auto& entries = bundle->bundle.entries;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto link = parse_link(entries[i].entry);
    const bool holds =
        link && link->seq == index * kTileWidth + i && (i == 0 || link->prev == leaves.back());
    if (i == 0 && link) out.first_prev = link->prev;
    if (!holds && out.chained) {
      out.chained = false;
      out.break_at = static_cast<uint16_t>(i);
    }
    leaves.push_back(leaf_hash(entries[i].entry));
    out.says = std::max(out.says, retired_by(entries[i].entry));
    if (moved_by(entries[i].entry)) out.moved = std::max(out.moved, out.says);
  }
  out.whole = bundle->bundle.fault.empty() && entries.size() == width;
  if (!leaves.empty()) out.last = leaves.back();
  if (out.whole) out.root = root_of(leaves);
  const auto tile = reader.tile(0, index);
  out.tile_read = tile.has_value();
  out.like_tile = out.whole && tile && tile->hashes == leaves;
  return out;
}

// A bundle that is gone was retired where an entry that is there says so; else it is missing.
void believe_what_was_retired(ScanResult& scan) {
  uint64_t said = 0, moved = 0, deleted = 0;
  for (const Scanned& bundle : scan.bundles) {
    said = std::max(said, bundle.says);
    moved = std::max(moved, bundle.moved);
    if (bundle.says > bundle.moved) deleted = std::max(deleted, bundle.says);
  }
  for (uint64_t i = 0; i < scan.bundles.size(); ++i) {
    Scanned& bundle = scan.bundles[i];
    if (!bundle.retired) continue;
    if ((i + 1) * kTileWidth <= said) {
      scan.retired += kTileWidth;
      const uint64_t end = (i + 1) * kTileWidth;
      if (end <= moved && end > deleted) scan.not_archived.push_back(i);
      continue;
    }
    const bool tile_read = bundle.tile_read;
    bundle = Scanned{};
    bundle.tile_read = tile_read;
  }
}
}  // namespace

ScanResult scan(const TileReader& reader, uint64_t against_size, unsigned threads) {
  ScanResult out;
  const uint64_t count = (reader.size() + kTileWidth - 1) / kTileWidth;
  out.bundles.resize(count);
  std::atomic<uint64_t> next{0};
  const bool partial = reader.size() % kTileWidth != 0;
  // INVARIANT: each element of `out`, and each kept list of leaves, is written by one thread.
  const auto work = [&] {
    std::vector<Hash> leaves;
    leaves.reserve(kTileWidth);
    for (uint64_t i = next++; i < count; i = next++) {
      out.bundles[i] = scan_bundle(reader, i, leaves);
      if (partial && i + 1 == count) out.leaves_of_last = leaves;
      if (against_size % kTileWidth != 0 && i == against_size / kTileWidth)
        out.leaves_of_against = leaves;
    }
  };
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads && i < count; ++i) others.emplace_back(work);
  work();
  others.clear();
  believe_what_was_retired(out);
  return out;
}

std::optional<Hash> scanned_root(const ScanResult& scan, uint64_t size,
                                 const std::vector<Hash>& leaves_at_end) {
  if (size == 0) return empty_root();
  const uint64_t full = size / kTileWidth;
  if (full > scan.bundles.size()) return std::nullopt;
  for (uint64_t i = 0; i < full; ++i)
    if (!scan.bundles[i].whole) return std::nullopt;
  const size_t rest = size % kTileWidth;
  if (leaves_at_end.size() < rest) return std::nullopt;
  std::vector<Hash> roots;
  roots.reserve(full);
  for (uint64_t i = 0; i < full; ++i) roots.push_back(scan.bundles[i].root);
  const auto subtree = [&](uint64_t begin, uint64_t end) {
    if (end - begin >= kTileWidth)
      return root_of(std::span(roots).subspan(begin / kTileWidth, (end - begin) / kTileWidth));
    return root_of(std::span(leaves_at_end).subspan(begin % kTileWidth, end - begin));
  };
  return range_root(0, size, subtree);
}

}  // namespace doorward::audit
