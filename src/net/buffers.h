// One measure for the bytes of messages under way: what was read of clients, and what servers sent
// that nobody took yet, be it the call that waits for it or the client that does not read it. Each
// side has half, so that neither can keep the other from being read; and of what is read of
// clients, a principal has a share, so that none can keep another from being heard.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/locked.h"

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

  // What is read of one principal.
  struct Owner {
    Side side;
    std::atomic<size_t> waiting{0};  // of its messages, for room
  };
  // Room for one message; given back when it is destroyed.
  class Room {
   public:
    Room(Room&& other) noexcept
        : side_(std::exchange(other.side_, nullptr)),
          owner_(std::move(other.owner_)),
          bytes_(other.bytes_) {}
    Room& operator=(Room&&) = delete;
    ~Room() { give_back(); }
    // What it holds, before its end; it may grow again.
    void give_back() {
      if (side_ != nullptr) side_->take_away(bytes_);
      if (side_ != nullptr && owner_) owner_->side.take_away(bytes_);
      bytes_ = 0;
    }
    // It was its owner's share that it found used up, and nobody else's.
    [[nodiscard]] bool of_share() const { return of_share_; }
    // Null where it belongs to nobody.
    [[nodiscard]] Owner* owner() const { return owner_.get(); }

   private:
    friend class Buffers;
    Room(Side& side, std::shared_ptr<Owner> owner) : side_(&side), owner_(std::move(owner)) {}
    Side* side_;
    std::shared_ptr<Owner> owner_;
    size_t bytes_ = 0;
    bool of_share_ = false;
  };
  // Room for a message that is about to be read; it grows with what arrives. `owner` is the key of
  // the principal that sends it.
  [[nodiscard]] Room room(std::string_view owner = {}) {
    return Room(requests, owner.empty() ? nullptr : owner_of(owner));
  }
  // So many bytes in all; false while there are none. A message alone always finds room: of all,
  // and of its principal's.
  [[nodiscard]] bool grow(Room& room, size_t bytes) {
    if (bytes <= room.bytes_) return true;
    const size_t more = bytes - room.bytes_;
    room.of_share_ = !grow_share(room, more);
    if (room.of_share_) return false;
    size_t used = requests.used_.load(std::memory_order_relaxed);
    do {
      if (used > room.bytes_ && used + more > most_) {
        if (room.owner_) room.owner_->side.take_away(more);
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
  // A quarter is every principal's. More it may have while half of all is free: then a principal
  // that is alone has half, and one among many takes from nobody.
  bool grow_share(Room& room, size_t more) const {
    if (!room.owner_) return true;
    std::atomic<size_t>& own = room.owner_->side.used_;
    size_t used = own.load(std::memory_order_relaxed);
    do {
      const bool over = used + more > most_ / 4 &&
                        requests.used_.load(std::memory_order_relaxed) + more > most_ / 2;
      if (used > room.bytes_ && over) return false;
    } while (!own.compare_exchange_weak(used, used + more, std::memory_order_relaxed));
    return true;
  }
  std::shared_ptr<Owner> owner_of(std::string_view key) {
    return owners_.with([&](Owners& owners) {
      const auto found = owners.by_key.find(key);
      if (found != owners.by_key.end())
        if (auto held = found->second.lock()) return held;
      if (owners.by_key.size() >= owners.look_at) {
        std::erase_if(owners.by_key, [](const auto& entry) { return entry.second.expired(); });
        owners.look_at = 64 + 2 * owners.by_key.size();
      }
      auto fresh = std::make_shared<Owner>();
      owners.by_key.insert_or_assign(std::string(key), fresh);
      return fresh;
    });
  }
  // Those who send something now; what is left of others goes when the map has grown.
  struct Owners {
    std::map<std::string, std::weak_ptr<Owner>, std::less<>> by_key;
    size_t look_at = 64;
  };
  static int64_t now() {
    using std::chrono::steady_clock;
    return std::chrono::nanoseconds(steady_clock::now().time_since_epoch()).count();
  }
  const size_t most_;
  std::atomic<int64_t> short_at_{0};
  Locked<Owners> owners_;
};

}  // namespace doorward::net
