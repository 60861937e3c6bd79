// How many calls a slow server gets at a time: fewer when it answers ever more slowly, more when it
// recovers. After the Gradient2 limiter of Netflix ("Performance Under Load", 2018), which takes
// TCP Vegas to services (Brakmo, Peterson: "TCP Vegas: End to End Congestion Avoidance on a Global
// Internet", IEEE JSAC 13(8), 1995). A server that answers within kSlow is left alone: it is not
// buried, and the noise of short times says nothing.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/locked.h"

namespace doorward::limits {

class Gradient {
 public:
  using Latency = std::chrono::microseconds;
  static constexpr Latency kSlow{500'000};
  static constexpr double kLeast = 4;  // places that are always left, as far as configured

  // Calls at a time, at most `most`.
  [[nodiscard]] uint32_t limit(uint32_t most) const;
  // A call ended: `under_way` were so when it began, itself included. `lost`: no answer in time.
  void ended(Latency latency, uint32_t under_way, uint32_t most, bool lost);

 private:
  double limit_ = 0;  // 0: as configured
  double long_us_ = 0, short_us_ = 0;
};

// Of all servers, by name; as many as are configured.
class Gradients {
 public:
  [[nodiscard]] uint32_t limit(std::string_view server, uint32_t most) const;
  void ended(std::string_view server, Gradient::Latency latency, uint32_t under_way, uint32_t most,
             bool lost);

 private:
  Locked<std::map<std::string, Gradient, std::less<>>> by_server_;
};

}  // namespace doorward::limits
