// Calls under way at one time: by principal, tool and server. Entries exist while they hold
// something, so the map is as small as the work under way.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "limits/key.h"

namespace doorward::limits {

struct Want {
  Key key;
  uint32_t most = 1;
};

class Slots {
 public:
  // All or none. The index of the first that is full; nothing when all were taken.
  [[nodiscard]] std::optional<size_t> take(std::span<const Want> wants);
  // Gives back and wakes one waiter of each key.
  void give_back(std::span<const Key> keys);
  [[nodiscard]] uint32_t held(const Key& key) const;

  // A place in the queue for `key`. `wake` is called once, on any thread, when a place may be free;
  // dropping the ticket leaves the queue.
  class Ticket {
   public:
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    friend class Slots;
    Ticket(Slots& slots, const Key& key, std::function<void()> wake)
        : slots_(slots), key_(key), wake_(std::move(wake)) {}
    Slots& slots_;
    const Key key_;
    std::function<void()> wake_;  // empty once called
    bool left_ = false;           // not in the queue
  };
  struct Queue {
    uint32_t most = 1;      // places that there are
    uint32_t waiting = 64;  // so many may wait
  };
  struct Waiting {
    std::unique_ptr<Ticket> ticket;  // null where there is nothing to wait for
    bool free = false;               // a place is free already; else the queue is full
  };
  [[nodiscard]] Waiting wait(const Key& key, const Queue& queue, std::function<void()> wake);
  [[nodiscard]] uint32_t waiting(const Key& key) const;
  [[nodiscard]] uint64_t total() const { return total_.load(std::memory_order_relaxed); }
  [[nodiscard]] uint64_t total_waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Place {
    uint32_t held = 0;
    std::list<Ticket*> queue;
  };
  using Places = std::unordered_map<Key, Place, KeyHash>;
  struct Shard {
    mutable std::mutex mutex;
    Places places;
    std::vector<Places::node_type> spare;  // emptied, for the next entry
    Place& place(const Key& key);
    void remove(Places::iterator place);
  };
  static constexpr size_t kShards = 64;
  [[nodiscard]] Shard& shard(const Key& key) { return shards_[key.high % kShards]; }
  [[nodiscard]] const Shard& shard(const Key& key) const { return shards_[key.high % kShards]; }

  std::array<Shard, kShards> shards_;
  std::atomic<uint64_t> total_{0}, waiting_{0};
};

}  // namespace doorward::limits
