// The same call, failing again and again: counted by its fingerprint, blocked for a while.
#pragma once

#include "limits/bucket.h"

namespace doorward::limits {

struct FailureRules {
  uint32_t most = 3;
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds cooldown{30'000};
};

class Failures {
 public:
  explicit Failures(size_t capacity) : calls_(capacity) {}

  // How long this call stays blocked; nothing when it is not.
  [[nodiscard]] std::optional<Seconds> blocked(const Key& owner, const Key& call, SteadyTime now);
  // A call goes out. False when as many of the same are under way as may still fail: one whose
  // earlier copies failed waits for their answers. True needs `ended` later.
  [[nodiscard]] bool begin(const Key& owner, const Key& call, const FailureRules& rules);
  void ended(const Key& owner, const Key& call);
  // `kind` is the class of the error: another kind begins a new count.
  void failed(const Key& owner, const Key& call, const FailureRules& rules, uint64_t kind,
              SteadyTime now);
  void succeeded(const Key& owner, const Key& call);
  [[nodiscard]] size_t size() const { return calls_.size(); }

 private:
  struct Call {
    uint32_t count = 0, under_way = 0;
    uint64_t kind = 0;
    SteadyTime first{}, blocked_until{};
  };
  BoundedMap<Call> calls_;
};

}  // namespace doorward::limits
