// One measure for the bytes of messages under way: what was read of clients, and what servers sent
// that nobody took yet, be it the call that waits for it or the client that does not read it. Each
// side has half, so that neither can keep the other from being read.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
  // Room for a message that is about to be read; it grows with what arrives.
  [[nodiscard]] Room room() { return Room(requests, 0); }
  // So many bytes in all; false while there are none. A message alone always finds room.
  [[nodiscard]] bool grow(Room& room, size_t bytes) {
    if (bytes <= room.bytes_) return true;
    const size_t more = bytes - room.bytes_;
    size_t used = requests.used_.load(std::memory_order_relaxed);
    do {
      if (used > room.bytes_ && used + more > most_) {
        short_at_.store(now(), std::memory_order_relaxed);
        return false;
      }
    } while (!requests.used_.compare_exchange_weak(used, used + more, std::memory_order_relaxed));
    room.bytes_ = bytes;
    return true;
  }
  // A message found no room a moment ago.
  [[nodiscard]] bool requests_short() const {
    constexpr int64_t kMoment = 300'000'000;
    const int64_t at = short_at_.load(std::memory_order_relaxed);
    return at != 0 && now() - at < kMoment;
  }
  // An answer on its way to a client.
  class Answer {
   public:
    Answer(Buffers& of, size_t bytes) : side_(of.answers), bytes_(bytes) { side_.add(bytes_); }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() { side_.take_away(bytes_); }

   private:
    Side& side_;
    const size_t bytes_;
  };
  // Nothing more of servers is read until what they sent is taken.
  [[nodiscard]] bool answers_full() const { return answers.used() > most_; }

  Side requests, answers;

 private:
  static int64_t now() {
    using std::chrono::steady_clock;
    return std::chrono::nanoseconds(steady_clock::now().time_since_epoch()).count();
  }
  const size_t most_;
  std::atomic<int64_t> short_at_{0};
};

}  // namespace doorward::net
