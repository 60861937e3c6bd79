// The forbidden calls of one child (forbidden.h): refused, counted and told. Where the order says
// so also the observed ones (observed_calls.h): told, and left to the kernel.
#pragma once

#include <set>
#include <string>

namespace doorward::sandbox::launcher {

class Violations {
 public:
  // Takes over the descriptor that init sent.
  void watch(int listener);
  [[nodiscard]] int listener() const { return listener_; }
  // Answers one call with EPERM and tells the gateway, the first time of each call. False when
  // the child does nothing else any more and must end.
  [[nodiscard]] bool answer();

 private:
  int listener_ = -1;
  unsigned long told_ = 0;  // bit i: kViolations[i] was told; the last: a foreign call
  int count_ = 0;
  std::set<std::string> seen_;  // observations that were told; bounded
};

}  // namespace doorward::sandbox::launcher
