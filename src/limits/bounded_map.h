// A sharded map of bounded size. Entries of one owner lie in one shard, so that an owner who makes
// endless keys pushes out only what shares its shard, and first what was used longest ago (to an
// eighth of what a shard holds: an entry that was used a moment ago is not moved again).
//
// Made for a million entries that are out of the caches: a look at a key that is not there reads
// one line of memory, one that is there two.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "limits/key.h"

namespace doorward::limits {

// Where keys lie: open addressing with linear probing, at most half full. A cell holds half of the
// key's hash, which also says where it belongs, and a place in a list of the owner's.
class KeyTable {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  // The place for which `is_it` says yes, of those whose key has this hash.
  template <class IsIt>
  [[nodiscard]] uint32_t find(uint32_t hash, IsIt&& is_it) const {
    if (cells_.empty()) return kNone;
    for (size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Cell& cell = cells_[at];
      if (cell.place == kNone) return kNone;
      if (cell.hash == hash && is_it(cell.place)) return cell.place;
    }
  }
  void insert(uint32_t hash, uint32_t place) {
    if ((used_ + 1) * 2 > cells_.size()) grow();
    put({hash, place});
    ++used_;
  }
  // INVARIANT: it is there.
  void erase(uint32_t hash, uint32_t place) {
    size_t hole = hash & mask();
    while (cells_[hole].place != place) hole = (hole + 1) & mask();
    // What could not lie where it belongs moves up, so that no search ends at the hole.
    for (size_t at = (hole + 1) & mask(); cells_[at].place != kNone; at = (at + 1) & mask()) {
      const size_t home = cells_[at].hash & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = Cell();
    --used_;
  }

 private:
  struct Cell {
    uint32_t hash = 0, place = kNone;
  };
  [[nodiscard]] size_t mask() const { return cells_.size() - 1; }
  void put(Cell cell) {
    size_t at = cell.hash & mask();
    while (cells_[at].place != kNone) at = (at + 1) & mask();
    cells_[at] = cell;
  }
  void grow() {
    constexpr size_t kFirst = 16;
    std::vector<Cell> before(cells_.empty() ? kFirst : cells_.size() * 2);
    before.swap(cells_);
    for (const Cell& cell : before)
      if (cell.place != kNone) put(cell);
  }
  std::vector<Cell> cells_;  // a power of two
  size_t used_ = 0;
};

template <class Value>
class BoundedMap {
 public:
  static constexpr size_t kShards = 64;

  explicit BoundedMap(size_t capacity) : each_(capacity / kShards > 0 ? capacity / kShards : 1) {}

  // `use(Value&)` on the entry, made where it is not there. INVARIANT: `use` does no I/O.
  template <class Use>
  decltype(auto) with(const Key& owner, const Key& key, Use&& use) {
    Shard& shard = shards_[owner.high % kShards];
    const std::lock_guard hold(shard.mutex);
    return std::forward<Use>(use)(touch(shard, of_owner(owner, key)));
  }
  // The same where the entry is there; nothing is made.
  template <class Use>
  void with_known(const Key& owner, const Key& key, Use&& use) {
    Shard& shard = shards_[owner.high % kShards];
    const std::lock_guard hold(shard.mutex);
    const uint32_t at = find(shard, of_owner(owner, key));
    if (at != kNone) std::forward<Use>(use)(shard.slots[at].value);
  }

  [[nodiscard]] size_t size() const {
    size_t sum = 0;
    for (const Shard& shard : shards_) {
      const std::lock_guard hold(shard.mutex);
      sum += shard.slots.size();
    }
    return sum;
  }

 private:
  static constexpr uint32_t kNone = KeyTable::kNone;
  struct Slot {
    Key key;
    uint32_t older = kNone, newer = kNone;
    uint32_t moved = 0;  // the shard's turn when it was made the newest
    Value value{};
  };
  struct Shard {
    mutable std::mutex mutex;
    KeyTable places;
    std::vector<Slot> slots;
    uint32_t oldest = kNone, newest = kNone;
    uint32_t turn = 0;
  };

  // The same key of two owners is two entries.
  static Key of_owner(const Key& owner, const Key& key) {
    return {key.high + std::rotl(owner.high, 17), key.low + std::rotl(owner.low, 29)};
  }
  static uint32_t hash_of(const Key& key) { return static_cast<uint32_t>(key.low >> 32); }
  static uint32_t find(const Shard& shard, const Key& key) {
    return shard.places.find(hash_of(key), [&](uint32_t at) { return shard.slots[at].key == key; });
  }
  static void unlink(Shard& shard, uint32_t at) {
    Slot& slot = shard.slots[at];
    (slot.older == kNone ? shard.oldest : shard.slots[slot.older].newer) = slot.newer;
    (slot.newer == kNone ? shard.newest : shard.slots[slot.newer].older) = slot.older;
  }
  static void link_newest(Shard& shard, uint32_t at) {
    Slot& slot = shard.slots[at];
    slot.older = shard.newest;
    slot.newer = kNone;
    slot.moved = ++shard.turn;
    (shard.newest == kNone ? shard.oldest : shard.slots[shard.newest].newer) = at;
    shard.newest = at;
  }

  Value& touch(Shard& shard, const Key& key) {
    uint32_t at = find(shard, key);
    if (at != kNone) {
      // Turns pass with each entry that is made the newest.
      if (at != shard.newest && shard.turn - shard.slots[at].moved >= each_ / 8) {
        unlink(shard, at);
        link_newest(shard, at);
      }
      return shard.slots[at].value;
    }
    if (shard.slots.size() < each_) {
      at = static_cast<uint32_t>(shard.slots.size());
      shard.slots.emplace_back();
    } else {
      at = shard.oldest;
      shard.places.erase(hash_of(shard.slots[at].key), at);
      unlink(shard, at);
      shard.slots[at].value = Value();
    }
    shard.slots[at].key = key;
    shard.places.insert(hash_of(key), at);
    link_newest(shard, at);
    return shard.slots[at].value;
  }

  const size_t each_;
  std::array<Shard, kShards> shards_;
};

}  // namespace doorward::limits
