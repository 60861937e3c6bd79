// How much of what is lost may be sent once more. After the retry throttling of gRPC (proposal A6):
// each loss takes a token of the server, each answer gives a tenth back, and below half nothing is
// repeated. So a server that is down, or answers half of what it gets, is not asked twice as much.
#pragma once

#include <algorithm>

#include "limits/bounded_map.h"

namespace doorward::limits {

class Retries {
 public:
  static constexpr uint32_t kMost = 100, kLoss = 10, kAnswer = 1;  // tenths of a token

  explicit Retries(size_t capacity) : throttles_(capacity) {}

  [[nodiscard]] bool allows(const Key& server) {
    bool may = true;
    throttles_.with_known(server, server,
                          [&](const Throttle& known) { may = known.tenths > kMost / 2; });
    return may;
  }
  void lost(const Key& server) {
    throttles_.with(server, server,
                    [](Throttle& known) { known.tenths -= std::min(known.tenths, kLoss); });
  }
  void answered(const Key& server) {
    throttles_.with_known(server, server, [](Throttle& known) {
      known.tenths = std::min(known.tenths + kAnswer, kMost);
    });
  }

 private:
  struct Throttle {
    uint32_t tenths = kMost;
  };
  BoundedMap<Throttle> throttles_;
};

}  // namespace doorward::limits
