// The forbidden calls of one child (forbidden.h): refused, counted and told.
#pragma once

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
  unsigned long told_ = 0;  // bit i: kViolations[i] was told
  int count_ = 0;
};

}  // namespace doorward::sandbox::launcher
