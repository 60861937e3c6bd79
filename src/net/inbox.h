// A bounded queue from any thread to one coroutine. The consumer's executor runs on one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/locked.h"
#include "net/asio.h"

namespace doorward::net {

template <class T>
class Inbox : public std::enable_shared_from_this<Inbox<T>> {
 public:
  // Holds `capacity` items, and `bytes` of them as they are stated when pushed.
  Inbox(asio::any_io_executor consumer, size_t capacity, size_t bytes = SIZE_MAX)
      : executor_(std::move(consumer)), timer_(executor_), capacity_(capacity), limit_(bytes) {}

  // False when it is full or closed; the item is dropped then and the caller says so.
  // `must`: taken however full it is, for the one item that ends a call.
  bool push(T item, bool must = false, size_t bytes = 0) {
    const bool taken = state_.with([&](State& state) {
      const bool full = state.items.size() >= capacity_ || bytes > limit_ - state.bytes;
      if (state.closed || (!must && full)) return false;
      state.bytes += std::min(bytes, limit_ - state.bytes);
      state.items.emplace_back(std::move(item), bytes);
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
        state.bytes -= std::min(state.bytes, state.items.front().second);
        state.items.pop_front();
        return front;
      });
      if (item || ended || std::chrono::steady_clock::now() >= deadline) co_return item;
      timer_.expires_at(deadline);
      co_await timer_.async_wait(kTuple);
    }
  }

 private:
  struct State {
    std::deque<std::pair<T, size_t>> items;  // each with its bytes
    size_t bytes = 0;
    bool closed = false;
  };
  // Posted, so that it can't fall between the consumer's look and its wait.
  void wake() {
    asio::post(executor_, [self = this->shared_from_this()] { self->timer_.cancel(); });
  }

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  const size_t capacity_;
  const size_t limit_;
  Locked<State> state_;
};

}  // namespace doorward::net
