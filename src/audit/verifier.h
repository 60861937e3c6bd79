// One run of verify(): its steps, and what they tell each other.
#pragma once

#include "audit/scan.h"
#include "audit/verify.h"

namespace doorward::audit {

class Verifier {
 public:
  explicit Verifier(const VerifyOptions& options) : options_(options) {}
  [[nodiscard]] VerifyReport run();

 private:
  bool add(Finding finding);
  // Which checkpoint is there; without one that holds, how many entries the files seem to have.
  uint64_t open_checkpoints();
  [[nodiscard]] uint64_t count_bundled() const;

  void check_tree(const TileReader& reader, const ScanResult& scanned);
  // The entries lead to the signed root: whatever differs is a tile.
  void blame_tiles(const TileReader& reader, const ScanResult& scanned);
  // They don't: the tiles and the chain say which entry.
  void blame_entries(const TileReader& reader, const ScanResult& scanned);
  void check_chain(const TileReader& reader, const ScanResult& scanned);
  void explain_chain(const TileReader& reader, uint64_t bundle, bool with_first);
  // Positions at which a higher tile is unlike what the entries give, as (level, tile, position).
  struct Spot {
    unsigned level;
    uint64_t tile;
    size_t position;
  };
  [[nodiscard]] std::vector<Spot> check_upper(const TileReader& reader, const ScanResult& scanned);
  void tile_unlike(const TileReader& reader, uint64_t tile, const Scanned& seen);
  void behind_the_end(const TileReader& reader, uint64_t tile);
  void upper_unlike(const TileReader& reader, const Spot& spot);

  void check_against(const ScanResult& scanned);
  void check_later_tiles(uint64_t size);
  void check_segments(const TileReader& reader);
  void check_segment(const TileReader& reader, const std::string& name, std::string_view bytes);

  const VerifyOptions& options_;
  VerifyReport report_;
  std::optional<Checkpoint> checkpoint_, against_;
  uint64_t newest_ = 0;  // size of the last checkpoint that was seen
};

}  // namespace doorward::audit
