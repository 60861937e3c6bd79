// Circuit breakers (Nygard, Release It!): a server that fails is not called for a while; then one
// call tries, and its end decides.
#pragma once

#include <map>
#include <string>

#include "limits/bucket.h"

namespace doorward::limits {

struct BreakerRules {
  uint32_t failures = 5;  // in a row
  std::chrono::milliseconds cooldown{10'000};
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
  bool succeeded(const Key& of);
  // A probe that said nothing: the next one tries.
  void withdrawn(const Key& of);

 private:
  struct Breaker {
    uint32_t failures = 0;
    uint32_t opened = 0;  // times in a row; each doubles the cool-down, up to eight times
    bool probing = false;
    SteadyTime until{};
    [[nodiscard]] bool is_open() const { return opened > 0; }
  };
  BoundedMap<Breaker> breakers_;
};

}  // namespace doorward::limits
