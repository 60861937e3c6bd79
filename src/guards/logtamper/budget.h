// What the log takes from whom, and what was counted instead of written (R8.5). Kept over reloads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/locked.h"
#include "limits/bucket.h"

namespace doorward::guards {

// Any thread; bounded.
class LogBudget {
 public:
  // Takes `bytes` of the principal's quota, also where it has none left.
  void spend(const limits::Key& owner, const limits::Flow& quota, SteadyTime now, double bytes);
  // The quota is used up.
  [[nodiscard]] bool is_spent(const limits::Key& owner, const limits::Flow& quota, SteadyTime now);
  // Of a principal whose quota is used up: nothing where its next call may go, or how long to wait.
  [[nodiscard]] std::optional<limits::Seconds> slowed(const limits::Key& owner, SteadyTime now);

  // Whether a refusal of such a principal is written all the same: one a second is.
  [[nodiscard]] bool writes_refusal(const limits::Key& owner, SteadyTime now);

  // One that is not written by itself: what it was, and whose.
  void count(std::string_view what, std::string_view whose);
  struct Row {
    std::string what, whose;
    uint64_t number;
  };
  // Everything counted since the last time; to be written as entries.
  [[nodiscard]] std::vector<Row> take();

 private:
  using Counts = std::map<std::pair<std::string, std::string>, uint64_t>;
  limits::Buckets bytes_{20'000}, calls_{20'000}, refusals_{20'000};
  Locked<Counts> counts_;
};

}  // namespace doorward::guards
