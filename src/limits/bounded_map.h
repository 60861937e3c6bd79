// A sharded map of bounded size. Entries of one owner lie in one shard, so that an owner who makes
// endless keys pushes out only what shares its shard, and first what was used longest ago.
#pragma once

#include <array>
#include <bit>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "limits/key.h"

namespace doorward::limits {

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
    const auto found = shard.places.find(of_owner(owner, key));
    if (found != shard.places.end()) std::forward<Use>(use)(shard.slots[found->second].value);
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
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Slot {
    Key key;
    Value value{};
    uint32_t older = kNone, newer = kNone;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Key, uint32_t, KeyHash> places;
    std::vector<Slot> slots;
    uint32_t oldest = kNone, newest = kNone;
  };

  // The same key of two owners is two entries.
  static Key of_owner(const Key& owner, const Key& key) {
    return {key.high + std::rotl(owner.high, 17), key.low + std::rotl(owner.low, 29)};
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
    (shard.newest == kNone ? shard.oldest : shard.slots[shard.newest].newer) = at;
    shard.newest = at;
  }

  Value& touch(Shard& shard, const Key& key) {
    const auto found = shard.places.find(key);
    uint32_t at = 0;
    if (found != shard.places.end()) {
      at = found->second;
      if (at != shard.newest) {
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
      shard.places.erase(shard.slots[at].key);
      unlink(shard, at);
      shard.slots[at].value = Value();
    }
    shard.slots[at].key = key;
    shard.places.emplace(key, at);
    link_newest(shard, at);
    return shard.slots[at].value;
  }

  const size_t each_;
  std::array<Shard, kShards> shards_;
};

}  // namespace doorward::limits
