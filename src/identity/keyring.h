// The keys of each issuer, as last fetched. Judging only reads; whoever fetches writes. A key set
// is asked for again when it is old or when a token names a key that is not in it, within a bound:
// tokens that a stranger makes up can't send the gateway to the issuer at will.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "identity/jwk.h"

namespace doorward::identity {

struct KeyTimes {
  std::chrono::milliseconds refresh{5 * 60'000};  // then the set is fetched again
  std::chrono::milliseconds outage{60 * 60'000};  // how long it counts when that fails
  std::chrono::milliseconds each_try{10'000};     // one more fetch is allowed after this,
  unsigned tries = 4;                             // and so many at once
};

struct IssuerKeys {
  std::vector<PublicKey> keys;
  SteadyTime fetched{};
  uint64_t generation = 0;  // rises whenever a set is put
};

class Keyring {
 public:
  explicit Keyring(KeyTimes times = {}) : times_(times) {}

  // Null when there are none, or they are too old to count.
  [[nodiscard]] std::shared_ptr<const IssuerKeys> of(std::string_view issuer, SteadyTime now) const;
  // True when a fetch is wanted (`missed`: a token's key is not there) and is within the bound.
  [[nodiscard]] bool wants(std::string_view issuer, bool missed, SteadyTime now) const;

  // Takes one try; false when none is left. Then exactly one of `put` (or nothing, on failure).
  [[nodiscard]] bool take_try(const std::string& issuer, SteadyTime now);
  void put(const std::string& issuer, std::vector<PublicKey> keys, SteadyTime now);

 private:
  struct State {
    std::shared_ptr<const IssuerKeys> keys;
    double tries = -1;  // left; below zero before the first
    SteadyTime tried{};
    uint64_t generation = 0;
  };
  [[nodiscard]] double tries_left(const State& state, SteadyTime now) const;
  const KeyTimes times_;
  Locked<std::map<std::string, State, std::less<>>> by_issuer_;
};

}  // namespace doorward::identity
