// Entries, chain, tiles and signed root against each other: who is at fault?
#include <algorithm>

#include "audit/align.h"
#include "audit/chain.h"
#include "audit/verifier.h"

namespace doorward::audit {

namespace {
std::string number(uint64_t value) {
  return "`" + std::to_string(value) + "`";
}
}  // namespace

void Verifier::check_tree(const TileReader& reader, const ScanResult& scanned) {
  const auto root = scanned_root(scanned, reader.size(), scanned.leaves_of_last);
  if (root) report_.root = *root;
  const size_t before = report_.findings.size();
  if (checkpoint_ && root && *root == checkpoint_->root) {
    blame_tiles(reader, scanned);
  } else {
    blame_entries(reader, scanned);
  }
  check_chain(reader, scanned);
  if (checkpoint_ && (!root || *root != checkpoint_->root) && report_.findings.size() == before)
    add({"audit.root_mismatch",
         {},
         "checkpoint",
         {},
         "entries and tiles agree with each other, but their root is `" +
             base64(view_of(report_.root)) + "` and `" + base64(view_of(checkpoint_->root)) +
             "` was signed: the log was written anew, or the checkpoint is of another one"});
}

void Verifier::tile_unlike(const TileReader& reader, uint64_t tile, const Scanned& seen) {
  const auto stored = reader.tile(0, tile);
  if (!stored) {
    const bool gone = stored.error().code == "audit.tile_missing";
    add({gone ? "audit.tile_missing" : "audit.tile_changed",
         tile * kTileWidth,
         tile_path(0, tile, reader.width(0, tile)),
         {},
         stored.error().what});
    return;
  }
  const auto bundle = reader.bundle(tile);
  for (size_t i = 0; seen.whole && bundle && i < stored->hashes.size(); ++i) {
    if (leaf_hash(bundle->bundle.entries[i].entry) == stored->hashes[i]) continue;
    add({"audit.tile_changed", tile * kTileWidth + i, stored->path, i * sizeof(Hash),
         "the hash of entry " + number(tile * kTileWidth + i) + " was changed"});
  }
}

// The root is made of the first entries of the last bundle; whatever stands behind them is no part
// of the tree.
void Verifier::behind_the_end(const TileReader& reader, uint64_t tile) {
  const auto bundle = reader.bundle(tile);
  const size_t width = reader.width(0, tile);
  if (!bundle) return;
  const auto& found = bundle->bundle;
  const uint64_t end = tile * kTileWidth + width;
  if (found.entries.size() > width)
    add({"audit.entry_inserted", end, bundle->path, found.entries[width].offset,
         "an entry stands behind the last of the signed " + number(end)});
  else if (!found.fault.empty())
    add({"audit.bundle_broken", end, bundle->path, found.stopped_at, std::string(found.fault)});
}

void Verifier::upper_unlike(const TileReader& reader, const Spot& spot) {
  uint64_t span = kTileWidth;
  for (unsigned i = 1; i < spot.level; ++i) span *= kTileWidth;
  const uint64_t first = (spot.tile * kTileWidth + spot.position) * span;
  const auto stored = reader.tile(spot.level, spot.tile);
  if (stored) {
    add({"audit.tile_changed", first, stored->path, spot.position * sizeof(Hash),
         "the hash over entries " + number(first) + " to " + number(first + span - 1) +
             " is not theirs"});
    return;
  }
  add({stored.error().code == "audit.tile_missing" ? "audit.tile_missing" : "audit.tile_changed",
       first,
       tile_path(spot.level, spot.tile, reader.width(spot.level, spot.tile)),
       {},
       stored.error().what});
}

std::vector<Verifier::Spot> Verifier::check_upper(const TileReader& reader,
                                                  const ScanResult& scanned) {
  std::vector<Spot> out;
  // What the entries give one level below; nothing where a bundle is not whole.
  std::vector<std::optional<Hash>> nodes;
  nodes.reserve(reader.size() / kTileWidth);
  for (uint64_t i = 0; i < reader.size() / kTileWidth; ++i)
    nodes.push_back(scanned.bundles[i].whole ? std::optional(scanned.bundles[i].root)
                                             : std::nullopt);
  for (unsigned level = 1; !nodes.empty(); ++level) {
    std::vector<std::optional<Hash>> above;
    for (uint64_t tile = 0; tile * kTileWidth < nodes.size(); ++tile) {
      const size_t width = reader.width(level, tile);
      const auto stored = reader.tile(level, tile);
      std::vector<Hash> hashes;
      for (size_t i = 0; i < width; ++i) {
        const auto& node = nodes[tile * kTileWidth + i];
        if (node) hashes.push_back(*node);
        if (node && stored && *node != stored->hashes[i]) out.push_back({level, tile, i});
      }
      if (!stored) out.push_back({level, tile, 0});
      if (width == kTileWidth)
        above.push_back(hashes.size() == width ? std::optional(root_of(hashes)) : std::nullopt);
    }
    nodes = std::move(above);
  }
  return out;
}

void Verifier::blame_tiles(const TileReader& reader, const ScanResult& scanned) {
  for (uint64_t i = 0; i < scanned.bundles.size(); ++i)
    if (!scanned.bundles[i].like_tile) {
      tile_unlike(reader, i, scanned.bundles[i]);
      if (!scanned.bundles[i].whole) behind_the_end(reader, i);
    }
  for (const Spot& spot : check_upper(reader, scanned)) upper_unlike(reader, spot);
}

void Verifier::blame_entries(const TileReader& reader, const ScanResult& scanned) {
  // A full tile above that agrees with the entries outvotes the level-0 tile that does not.
  const auto spots = check_upper(reader, scanned);
  const auto above_agrees = [&](uint64_t bundle) {
    return (bundle + 1) * kTileWidth <= reader.size() && scanned.bundles[bundle].whole &&
           std::ranges::none_of(spots, [&](const Spot& spot) {
             return spot.level == 1 && spot.tile == bundle / kTileWidth &&
                    spot.position == bundle % kTileWidth;
           });
  };
  const auto distrusted = [&](uint64_t bundle) {
    const Scanned& seen = scanned.bundles[bundle];
    return !seen.like_tile && (above_agrees(bundle) || !seen.tile_read);
  };
  const auto settled = [&](uint64_t bundle) {
    return bundle < scanned.bundles.size() && scanned.bundles[bundle].like_tile;
  };
  Aligner aligner(reader, distrusted, [&](Finding it) { return add(std::move(it)); });
  for (uint64_t i = 0; i < scanned.bundles.size();) {
    const Scanned& seen = scanned.bundles[i];
    if (distrusted(i)) tile_unlike(reader, i, seen);
    if (seen.like_tile || (distrusted(i) && seen.whole)) {
      ++i;
      continue;
    }
    i = std::max(i + 1, aligner.run(i, settled));
  }
  // A higher hash that is unlike entries which nothing else speaks against.
  for (const Spot& spot : spots) {
    const uint64_t bundle = spot.tile * kTileWidth + spot.position;
    const bool explained =
        spot.level == 1 &&
        (!scanned.bundles[bundle].like_tile || !scanned.bundles[bundle].chained ||
         (bundle + 1 < scanned.bundles.size() &&
          scanned.bundles[bundle + 1].first_prev != scanned.bundles[bundle].last));
    if (spot.level == 1 && !explained) upper_unlike(reader, spot);
  }
}

void Verifier::check_chain(const TileReader& reader, const ScanResult& scanned) {
  const auto& all = scanned.bundles;
  for (uint64_t i = 0; i < all.size(); ++i) {
    if (!all[i].like_tile || all[i].retired) continue;  // told already, or nothing to look at
    const bool before = i == 0 || all[i - 1].like_tile;
    const bool joined = all[i].first_prev == (i == 0 ? empty_root() : all[i - 1].last);
    if (!all[i].chained || (before && !joined)) explain_chain(reader, i, before);
  }
}

void Verifier::explain_chain(const TileReader& reader, uint64_t index, bool with_first) {
  const auto bundle = reader.bundle(index);
  if (!bundle) return;
  std::optional<Hash> prev;
  if (index == 0) prev = empty_root();
  if (const auto before = index > 0 && with_first ? reader.bundle(index - 1) : bundle;
      index > 0 && with_first && before && !before->bundle.entries.empty())
    prev = leaf_hash(before->bundle.entries.back().entry);
  const auto& entries = bundle->bundle.entries;
  std::vector<bool> numbered, joined;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto link = parse_link(entries[i].entry);
    numbered.push_back(link && link->seq == index * kTileWidth + i);
    joined.push_back(link && (!prev || link->prev == *prev));
    prev = leaf_hash(entries[i].entry);
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    const uint64_t at = index * kTileWidth + i;
    // A link broken on both sides of an entry is that entry's own; a single one is most likely the
    // entry before, whose text was changed but not its link.
    const bool self = !numbered[i] || at == 0 || (i + 1 < joined.size() && !joined[i + 1]);
    if (numbered[i] && joined[i]) continue;
    add({"audit.chain_broken", self ? at : at - 1, bundle->path, entries[i].offset,
         numbered[i] ? "entry " + number(at) + " is not chained to the entry " + number(at - 1) +
                           " that is there: one of the two was changed together with its tile"
                     : "entry " + number(at) + " does not carry its number and link"});
    if (self && i + 1 < joined.size() && !joined[i + 1]) ++i;  // the same change's other side
  }
}

}  // namespace doorward::audit
