// One measure for the bytes of messages under way: what was read of clients, and what servers sent
// that nobody took yet. Each side has half, so that neither can keep the other from being read.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace doorward::net {

class Buffers {
 public:
  explicit Buffers(size_t budget) : most_(budget / 2) {}

  class Side {
   public:
    // Adds; whoever adds takes away.
    void add(size_t bytes) { used_.fetch_add(bytes, std::memory_order_relaxed); }
    void take_away(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    [[nodiscard]] size_t used() const { return used_.load(std::memory_order_relaxed); }

   private:
    friend class Buffers;
    std::atomic<size_t> used_{0};
  };

  // Room for one message; given back when it is destroyed.
  class Room {
   public:
    Room(Room&& other) noexcept
        : side_(std::exchange(other.side_, nullptr)), bytes_(other.bytes_) {}
    Room& operator=(Room&&) = delete;
    ~Room() {
      if (side_ != nullptr) side_->take_away(bytes_);
    }

   private:
    friend class Buffers;
    Room(Side& side, size_t bytes) : side_(&side), bytes_(bytes) {}
    Side* side_;
    size_t bytes_;
  };
  // Nothing while there is none. A message alone always finds room.
  [[nodiscard]] std::optional<Room> room(size_t bytes) {
    size_t used = requests.used_.load(std::memory_order_relaxed);
    do {
      if (used > 0 && used + bytes > most_) return std::nullopt;
    } while (!requests.used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return Room(requests, bytes);
  }
  // Nothing more of servers is read until what they sent is taken.
  [[nodiscard]] bool answers_full() const { return answers.used() > most_; }

  Side requests, answers;

 private:
  const size_t most_;
};

}  // namespace doorward::net
