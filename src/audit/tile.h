// Files of a tiled log (C2SP tlog-tiles): their paths and their contents.
//
//   tile    = 1*256 hash             ; 32 bytes each, `tile/<level>/<N>` or `….p/<width>`
//   bundle  = 1*256 ( length entry ) ; length is a big-endian uint16, `tile/entries/<N>`
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/hash.h"
#include "audit/tree.h"
#include "base/error.h"

namespace doorward::audit {

inline constexpr size_t kMaxLeafBytes = 65535;

// Paths relative to the log's folder. `width` 256 is a full tile; 1 to 255 a partial one.
[[nodiscard]] std::string tile_path(unsigned level, uint64_t index, size_t width);
[[nodiscard]] std::string bundle_path(uint64_t index, size_t width);
// `x001/x234/067` of 1234067, the number part of a path.
[[nodiscard]] std::string tile_number(uint64_t index);

// What a path under `tile/` names; only the one spelling that tile_path and bundle_path write.
struct TileName {
  bool entries = false;
  unsigned level = 0;
  uint64_t index = 0;
  size_t width = kTileWidth;
};
// For the server of `/audit/tile/…`; errors: audit.tile_name.
[[nodiscard]] Expected<TileName> parse_tile_path(std::string_view path);

// Errors: audit.tile_size when the bytes are not exactly `width` hashes.
[[nodiscard]] Expected<std::vector<Hash>> parse_tile(std::string_view bytes, size_t width);
[[nodiscard]] std::string tile_bytes(std::span<const Hash> hashes);

struct BundleEntry {
  std::string_view entry;  // into the bytes that were parsed
  size_t offset = 0;       // of its length prefix
};
// As many whole entries as there are, and where and why reading stopped before the end.
struct Bundle {
  std::vector<BundleEntry> entries;
  size_t stopped_at = 0;
  std::string_view fault;  // empty: all was read
};
// A verifier reads on behind the 256th entry, up to `limit`, to see what was put in.
[[nodiscard]] Bundle read_bundle(std::string_view bytes, size_t limit = kTileWidth);
// Errors: audit.bundle_size (over 256 entries, or bytes left that are no whole entry; the text
// says the offset).
[[nodiscard]] Expected<std::vector<BundleEntry>> parse_bundle(std::string_view bytes);
// Appends one entry; its size is at most kMaxLeafBytes (panics otherwise).
void append_bundle_entry(std::string& bundle, std::string_view entry);

}  // namespace doorward::audit
