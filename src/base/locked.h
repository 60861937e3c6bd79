// Data that can't be reached without its lock.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace doorward {

template <class T>
class Locked {
 public:
  Locked() = default;
  explicit Locked(T value) : value_(std::move(value)) {}

  // Calls `use(T&)` under the lock. INVARIANT: `use` does no I/O and keeps no reference.
  template <class Use>
  decltype(auto) with(Use&& use) {
    std::lock_guard hold(mutex_);
    return std::forward<Use>(use)(value_);
  }
  template <class Use>
  decltype(auto) with(Use&& use) const {
    std::lock_guard hold(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

// A value that is replaced whole: readers keep what they took. libstdc++ 12's
// atomic<shared_ptr> is not clean under ThreadSanitizer, hence a lock.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  [[nodiscard]] std::shared_ptr<const T> take() const {
    return value_.with([](const auto& held) { return held; });
  }
  void replace(std::shared_ptr<const T> next) {
    value_.with([&](auto& held) { held.swap(next); });
  }

 private:
  Locked<std::shared_ptr<const T>> value_;
};

}  // namespace doorward
