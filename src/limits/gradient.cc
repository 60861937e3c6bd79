#include "limits/gradient.h"

#include <algorithm>
#include <cmath>

namespace doorward::limits {

uint32_t Gradient::limit(uint32_t most) const {
  if (limit_ <= 0) return most;
  return static_cast<uint32_t>(std::clamp(limit_, std::min<double>(kLeast, most), double(most)));
}

void Gradient::ended(Latency latency, uint32_t under_way, uint32_t most, bool lost) {
  constexpr double kTolerance = 2.0;  // times the long average that is no congestion yet
  constexpr double kSmooth = 0.2, kLongWeight = 0.01, kShortWeight = 0.2, kBackOff = 0.9;
  const auto sample = static_cast<double>(latency.count());
  if (sample <= 0) return;
  if (limit_ <= 0) limit_ = most;
  long_us_ = long_us_ <= 0 ? sample : long_us_ + kLongWeight * (sample - long_us_);
  short_us_ = short_us_ <= 0 ? sample : short_us_ + kShortWeight * (sample - short_us_);
  // Recovered: the long average follows down, or it would call the next slowness normal.
  if (short_us_ < long_us_ / kTolerance) long_us_ *= 0.95;
  const double least = std::min<double>(kLeast, most);
  if (lost) {
    limit_ = std::clamp(limit_ * kBackOff, least, double(most));
    return;
  }
  const bool slow = short_us_ > static_cast<double>(kSlow.count());
  // A limit that is not used says nothing of what the server can take.
  if (slow && under_way * 2 < limit_) return;
  const double gradient = slow ? std::clamp(kTolerance * long_us_ / short_us_, 0.5, 1.0) : 1.0;
  const double next = limit_ * gradient + std::sqrt(limit_);
  limit_ = std::clamp(limit_ * (1 - kSmooth) + next * kSmooth, least, double(most));
}

uint32_t Gradients::limit(std::string_view server, uint32_t most) const {
  return by_server_.with([&](const auto& known) {
    const auto found = known.find(server);
    return found == known.end() ? most : found->second.limit(most);
  });
}

void Gradients::ended(std::string_view server, Gradient::Latency latency, uint32_t under_way,
                      uint32_t most, bool lost) {
  by_server_.with([&](auto& known) {
    auto found = known.find(server);
    if (found == known.end()) found = known.emplace(server, Gradient()).first;
    found->second.ended(latency, under_way, most, lost);
  });
}

}  // namespace doorward::limits
