// A secret wipes itself, can't be printed and compares in constant time.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace doorward {

// Overwrites memory in a way that the compiler may not remove.
void wipe(void* data, size_t size) noexcept;
// True when equal; takes time by length only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

template <class T = std::string>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      clear();
      value_ = std::move(other.value_);
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  // The value itself. Each use is a place where it may leave; grep finds them all.
  [[nodiscard]] const T& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  [[nodiscard]] bool equals(std::string_view other) const noexcept {
    return equal_in_constant_time(value_, other);
  }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;
  bool operator==(const Secret&) const = delete;

 private:
  void clear() noexcept {
    if (!value_.empty()) wipe(value_.data(), value_.size());
    value_.clear();
  }
  T value_;
};

}  // namespace doorward
