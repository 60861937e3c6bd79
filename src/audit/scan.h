// The costly part of verification: every entry hashed, on all processors, 256 at a time.
#pragma once

#include <string>
#include <vector>

#include "audit/tile_reader.h"

namespace doorward::audit {

// What was seen of one bundle and its tile.
struct Scanned {
  Hash root{};             // over the entries that are there, when `whole`
  Hash last{};             // leaf hash of the last one
  Hash first_prev{};       // what the first one is chained to
  bool whole = false;      // as many entries as there should be, and nothing else
  bool like_tile = false;  // their hashes are those of the tile
  bool tile_read = false;
  bool retired = false;   // its entries went to an archive: the tile alone speaks for them
  uint64_t says = 0;      // up to where an entry of it says that entries were retired
  uint64_t moved = 0;     // the same, of entries that moved to an archive
  bool chained = false;   // numbers and links hold, the first one's `prev` aside
  uint16_t break_at = 0;  // position of the first entry whose link does not hold
};

struct ScanResult {
  std::vector<Scanned> bundles;
  std::vector<Hash> leaves_of_last;     // of the last bundle when it is partial
  std::vector<Hash> leaves_of_against;  // of the bundle in which the older tree ends
  uint64_t retired = 0;                 // entries of which hashes alone are there
  std::vector<uint64_t> not_archived;   // bundles that an entry says an archive has, and none has
};

// Reads all bundles of the reader's tree. `against_size` marks the bundle whose leaves are kept.
[[nodiscard]] ScanResult scan(const TileReader& reader, uint64_t against_size, unsigned threads);

// The root over the first `size` entries as the entries themselves give it; nothing when a bundle
// below is not whole. `size` is the tree's or `against_size`.
[[nodiscard]] std::optional<Hash> scanned_root(const ScanResult& scan, uint64_t size,
                                               const std::vector<Hash>& leaves_at_end);

}  // namespace doorward::audit
