// Circuit breakers (Nygard, Release It!): a server that fails is not called for a while; then one
// call tries, and its end decides. It fails in a row, or as an outlier: of enough calls within a
// window more than its share (the failure percentage of Envoy's outlier detection).
#pragma once

#include <map>
#include <string>

#include "limits/bucket.h"

namespace doorward::limits {

struct BreakerRules {
  uint32_t failures = 5;  // in a row
  std::chrono::milliseconds cooldown{10'000};
  uint32_t percent = 50;  // 100: only in a row
  uint32_t volume = 60;   // calls that a share is taken of, at least
  std::chrono::milliseconds window{30'000};
};

class Breakers {
 public:
  explicit Breakers(size_t capacity) : breakers_(capacity) {}

  // How long calls are refused; nothing when one may go. Nothing is changed.
  [[nodiscard]] std::optional<Seconds> open(const Key& of, const BreakerRules& rules,
                                            SteadyTime now);
  enum class Pass : uint8_t { closed, probe, refused };
  // Takes the one probe of a half-open breaker.
  [[nodiscard]] Pass enter(const Key& of, SteadyTime now);
  // True when this failure opened it.
  bool failed(const Key& of, const BreakerRules& rules, SteadyTime now);
  // True when it closed by this.
  bool succeeded(const Key& of, const BreakerRules& rules, SteadyTime now);
  // A probe that said nothing: the next one tries.
  void withdrawn(const Key& of);

 private:
  struct Breaker {
    uint32_t failures = 0;
    uint32_t opened = 0;  // times in a row; each doubles the cool-down, up to eight times
    bool probing = false;
    SteadyTime until{};
    SteadyTime began{};  // of the window, with the first failure in it
    uint32_t good = 0, bad = 0;
    [[nodiscard]] bool is_open() const { return opened > 0; }
    // A window that is over is forgotten.
    void look_at(SteadyTime now, const BreakerRules& rules);
    [[nodiscard]] bool is_outlier(const BreakerRules& rules) const;
  };
  BoundedMap<Breaker> breakers_;
};

}  // namespace doorward::limits
