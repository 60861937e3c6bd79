// Circuit breakers (Nygard, Release It!): a server that fails is not called for a while; then one
// call tries, and its end decides. It fails in a row, or as an outlier: of enough calls within a
// window more than its share (the failure percentage of Envoy's outlier detection).
//
// Nobody opens it for others by what he sends: a call that was sent and broke says as much of the
// call as of the server. It counts only as one witness of several (other callers, other calls,
// other moments), and the probe of a half-open breaker is never one caller's alone.
#pragma once

#include <array>
#include <map>
#include <string>

#include "limits/bucket.h"

namespace doorward::limits {

struct BreakerRules {
  uint32_t failures = 5;  // in a row
  std::chrono::milliseconds cooldown{10'000};
  uint32_t percent = 50;  // 100: only in a row
  uint32_t volume = 60;   // calls that a share is taken of, at least
  std::chrono::milliseconds window{30'000};
};

class Breakers {
 public:
  explicit Breakers(size_t capacity) : breakers_(capacity) {}

  // Who called, and with what: hashes.
  struct Caller {
    uint64_t principal = 0, call = 0;
  };
  enum class Blame : uint8_t {
    server,  // it was not reached, or the breaker is the caller's own: counts as it is
    either,  // it was sent and broke: the call may have done it
  };

  // How long calls are refused; nothing when one may go. Nothing is changed.
  [[nodiscard]] std::optional<Seconds> open(const Key& of, const Caller& who, SteadyTime now);
  enum class Pass : uint8_t { closed, probe, refused };
  // Takes a probe of a half-open breaker: one of each caller's, up to kProbes.
  [[nodiscard]] Pass enter(const Key& of, const Caller& who, SteadyTime now);
  // True when this failure opened it.
  bool failed(const Key& of, const Caller& who, Blame blame, const BreakerRules& rules,
              SteadyTime now);
  // True when it closed by this.
  bool succeeded(const Key& of, const BreakerRules& rules, SteadyTime now);
  // A probe that said nothing: the next one tries.
  void withdrawn(const Key& of, const Caller& who);

  static constexpr size_t kProbes = 4;  // at one time, of as many callers
  // A probe that takes longer no longer stands in the way of others.
  static constexpr std::chrono::seconds kProbeTime{5};

 private:
  static constexpr size_t kWitnesses = 8, kOfOne = 2;
  // What one crash breaks at about one moment is one failure, of however many callers.
  static constexpr std::chrono::seconds kOneMoment{1};
  struct Probe {
    uint64_t principal = 0;
    SteadyTime until{};  // zero: nobody's
  };
  struct Breaker {
    uint32_t failures = 0;
    uint32_t opened = 0;  // times in a row; each doubles the cool-down, up to eight times
    SteadyTime until{};
    SteadyTime began{};  // of the window, with the first failure in it
    uint32_t good = 0, bad = 0;
    std::array<Probe, kProbes> probes{};
    std::array<Caller, kWitnesses> witnesses{};  // of calls that broke, since the last answer
    uint32_t witnessed = 0;
    SteadyTime last_witness{};
    [[nodiscard]] bool is_open() const { return opened > 0; }
    // Where this caller's probe may stand; null where it may not.
    [[nodiscard]] Probe* room(const Caller& who, SteadyTime now);
    // True when it was the caller's probe that ended.
    bool end_probe(const Caller& who);
    // True where the failure says more than those before.
    bool witness(const Caller& who, SteadyTime now);
    [[nodiscard]] bool several_witnesses() const;
    // True when the failure is to be counted, or, of a probe, opens it again.
    [[nodiscard]] bool counts(const Caller& who, Blame blame, SteadyTime now);
    void shut(const BreakerRules& rules, SteadyTime now);
    // A window that is over is forgotten.
    void look_at(SteadyTime now, const BreakerRules& rules);
    [[nodiscard]] bool is_outlier(const BreakerRules& rules) const;
  };
  BoundedMap<Breaker> breakers_;
};

}  // namespace doorward::limits
