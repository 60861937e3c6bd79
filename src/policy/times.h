// The hours of a rule, compiled: whether a moment lies in one of its windows, by the clock of the
// window's own zone, summer time included. Asking takes no memory.
//
// Tested by tests/unit/policy/times.cc, against tools/policy_oracle.py
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "policy/rule.h"

namespace doorward::policy {

class Times {
 public:
  Times();  // always
  ~Times();
  Times(Times&&) noexcept;
  Times& operator=(Times&&) noexcept;

  // Errors: policy.times (no such zone; a window that never opens).
  [[nodiscard]] static Expected<Times> compile(const std::vector<TimeWindow>& windows);
  [[nodiscard]] bool cover(WallTime now) const;

 private:
  struct Window;
  std::vector<std::unique_ptr<const Window>> windows_;
};

}  // namespace doorward::policy
