// Lays entries beside the hashes of their tiles and finds the fewest changes that explain the
// difference: which entry was changed, deleted, inserted or moved.
#pragma once

#include <deque>
#include <functional>

#include "audit/tile_reader.h"
#include "audit/verify.h"

namespace doorward::audit {

class Aligner {
 public:
  // `distrusted(i)`: level-0 tile i is not used; its entries are taken as they are.
  // `report` returns false when there is no more room.
  Aligner(const TileReader& reader, std::function<bool(uint64_t)> distrusted,
          std::function<bool(Finding)> report)
      : reader_(reader), distrusted_(std::move(distrusted)), report_(std::move(report)) {}

  // Works from bundle `first` on until entries and tiles go in step again at the start of a
  // bundle for which `settled` holds, or to the end. Returns the bundle behind the last one read.
  uint64_t run(uint64_t first, const std::function<bool(uint64_t)>& settled);

 private:
  struct Item {
    Hash leaf;
    std::optional<uint64_t> seq;
    std::string file;
    uint64_t offset;
    uint64_t end;
  };
  void take(size_t count);  // drops entries in front, remembering where they ended
  void fill();
  void fill_entries();
  void fill_hashes();
  [[nodiscard]] size_t reordered() const;
  [[nodiscard]] bool step();
  [[nodiscard]] Finding at_entry(std::string code, std::string what) const;
  [[nodiscard]] bool deleted(uint64_t count);
  [[nodiscard]] bool changed();

  const TileReader& reader_;
  std::function<bool(uint64_t)> distrusted_;
  std::function<bool(Finding)> report_;
  std::deque<Item> entries_;
  std::deque<Hash> hashes_;
  uint64_t entry_bundle_ = 0, hash_tile_ = 0;  // the next to read
  uint64_t index_ = 0;                         // of hashes_.front()
  std::string last_file_;                      // of the last entry that was taken
  uint64_t last_end_ = 0;
};

}  // namespace doorward::audit
