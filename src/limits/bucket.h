// Token buckets: so much at once, and so much more over time. Also for bytes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/clock.h"
#include "limits/bounded_map.h"

namespace doorward::limits {

using Seconds = std::chrono::seconds;

// At least one second, rounded up: what a client is told to wait.
[[nodiscard]] inline Seconds wait_of(double seconds) {
  constexpr double kMost = 86'400.0 * 365;
  return Seconds(static_cast<int64_t>(std::clamp(std::ceil(seconds), 1.0, kMost)));
}
[[nodiscard]] inline Seconds wait_of(SteadyTime::duration left) {
  return wait_of(std::chrono::duration<double>(left).count());
}

struct Flow {
  double per_second = 20;
  double burst = 400;
};

class Bucket {
 public:
  // Takes `amount`; or nothing, and says how long until there is so much.
  [[nodiscard]] std::optional<Seconds> take(const Flow& flow, SteadyTime now, double amount = 1) {
    if (const auto wait = lacks(flow, now, amount)) return wait;
    tokens_ -= amount;
    return std::nullopt;
  }
  // What `take` would say. An amount over the whole burst counts as the burst.
  [[nodiscard]] std::optional<Seconds> lacks(const Flow& flow, SteadyTime now, double amount) {
    refill(flow, now);
    amount = std::min(amount, flow.burst);
    if (tokens_ >= amount) return std::nullopt;
    return wait_of((amount - tokens_) / flow.per_second);
  }
  void give_back(double amount) { tokens_ += amount; }  // `refill` cuts at the burst
  void drain() { tokens_ = 0; }

 private:
  void refill(const Flow& flow, SteadyTime now) {
    if (!began_) {
      began_ = true;
      tokens_ = flow.burst;
      at_ = now;
    } else if (now > at_) {  // threads may come a little out of order
      tokens_ += flow.per_second * std::chrono::duration<double>(now - at_).count();
      at_ = now;
    }
    tokens_ = std::min(tokens_, flow.burst);
  }
  double tokens_ = 0;
  SteadyTime at_{};
  bool began_ = false;
};

// A volume that is known only when it came: results. What did not fit is remembered, so that the
// next call waits until as much would fit.
struct Volume {
  Bucket bucket;
  double wanted = 1;
};

using Buckets = BoundedMap<Bucket>;
using Volumes = BoundedMap<Volume>;

}  // namespace doorward::limits
