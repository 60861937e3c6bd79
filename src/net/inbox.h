// A bounded queue from any thread to one coroutine. The consumer's executor runs on one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/locked.h"
#include "net/asio.h"
#include "net/buffers.h"

namespace doorward::net {

template <class T>
class Inbox : public std::enable_shared_from_this<Inbox<T>> {
 public:
  // `bytes` bounds what the items weigh, as their pushers say; `meter` counts it for all inboxes
  // together and outlives this one.
  Inbox(asio::any_io_executor consumer, size_t capacity, size_t bytes = SIZE_MAX,
        Buffers::Side* meter = nullptr)
      : executor_(std::move(consumer)),
        timer_(executor_),
        capacity_(capacity),
        most_bytes_(bytes),
        meter_(meter) {}
  ~Inbox() {
    if (meter_ != nullptr) meter_->take_away(state_.with([](State& state) { return state.bytes; }));
  }
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // False when it is full or closed; the item is dropped then and the caller says so.
  // `must`: taken however full it is, for the one item that ends a call.
  bool push(T item, bool must = false, size_t weight = 0) {
    const bool taken = state_.with([&](State& state) {
      if (state.closed) return false;
      const bool full = state.items.size() >= capacity_ || state.bytes + weight > most_bytes_;
      if (full && !must) return false;
      state.items.emplace_back(std::move(item), weight);
      state.bytes += weight;
      if (meter_ != nullptr) meter_->add(weight);
      return true;
    });
    if (taken) wake();
    return taken;
  }

  // No more items; those inside are still handed out.
  void close() {
    state_.with([](State& state) { state.closed = true; });
    wake();
  }
  [[nodiscard]] bool closed() const {
    return state_.with([](const State& state) { return state.closed; });
  }

  // The next item; nothing at the deadline or when closed and empty. One consumer at a time.
  [[nodiscard]] Task<std::optional<T>> pop(std::chrono::steady_clock::time_point deadline) {
    for (;;) {
      bool ended = false;
      std::optional<T> item = state_.with([&](State& state) -> std::optional<T> {
        if (state.items.empty()) {
          ended = state.closed;
          return std::nullopt;
        }
        std::optional<T> front(std::move(state.items.front().first));
        const size_t weight = state.items.front().second;
        state.items.pop_front();
        state.bytes -= weight;
        if (meter_ != nullptr) meter_->take_away(weight);
        return front;
      });
      if (item || ended || std::chrono::steady_clock::now() >= deadline) co_return item;
      timer_.expires_at(deadline);
      co_await timer_.async_wait(kTuple);
    }
  }

 private:
  struct State {
    std::deque<std::pair<T, size_t>> items;
    size_t bytes = 0;
    bool closed = false;
  };
  // Posted, so that it can't fall between the consumer's look and its wait.
  void wake() {
    asio::post(executor_, [self = this->shared_from_this()] { self->timer_.cancel(); });
  }

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  const size_t capacity_, most_bytes_;
  Buffers::Side* const meter_;
  Locked<State> state_;
};

}  // namespace doorward::net
