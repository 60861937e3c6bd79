// Bad credentials by source. A burst of them slows the answers to that source's next bad ones and
// is told once; a good credential is never looked up here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/locked.h"

namespace doorward::identity {

// A host has a whole IPv6 network of 64 bits to call from.
[[nodiscard]] std::string network_of(std::string_view source);

struct FailureRules {
  unsigned free = 20;  // failures of one source in `window` before it is slowed
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds first_pause{100}, longest_pause{2000};
  size_t sources = 4096;
};

class Failures {
 public:
  using Told = std::function<void(std::string_view source, unsigned count)>;
  explicit Failures(FailureRules rules = {}, Told told = {})
      : rules_(rules), told_(std::move(told)) {}

  // How long the answer to one more bad credential of this source waits.
  [[nodiscard]] std::chrono::milliseconds pause(std::string_view source, SteadyTime now) const;
  // Counts one; tells of a burst when it begins, and then at each doubling.
  void failed(std::string_view source, SteadyTime now);

 private:
  struct Count {
    SteadyTime since{};
    unsigned failures = 0;
  };
  const FailureRules rules_;
  const Told told_;
  Locked<std::unordered_map<std::string, Count>> counts_;
};

}  // namespace doorward::identity
