#include "identity/keyring.h"

#include <algorithm>

namespace doorward::identity {

std::shared_ptr<const IssuerKeys> Keyring::of(std::string_view issuer, SteadyTime now) const {
  return by_issuer_.with([&](const auto& all) -> std::shared_ptr<const IssuerKeys> {
    const auto found = all.find(issuer);
    if (found == all.end() || !found->second.keys) return nullptr;
    if (now - found->second.keys->fetched > times_.refresh + times_.outage) return nullptr;
    return found->second.keys;
  });
}

double Keyring::tries_left(const State& state, SteadyTime now) const {
  if (state.tries < 0) return times_.tries;
  const std::chrono::duration<double> passed = now - state.tried;
  const std::chrono::duration<double> each = times_.each_try;
  return std::min<double>(times_.tries, state.tries + passed / each);
}

bool Keyring::wants(std::string_view issuer, bool missed, SteadyTime now) const {
  return by_issuer_.with([&](const auto& all) {
    const auto found = all.find(issuer);
    if (found == all.end()) return true;
    const State& state = found->second;
    const bool old = !state.keys || now - state.keys->fetched >= times_.refresh;
    return (old || missed) && tries_left(state, now) >= 1;
  });
}

bool Keyring::take_try(const std::string& issuer, SteadyTime now) {
  return by_issuer_.with([&](auto& all) {
    State& state = all[issuer];
    const double left = tries_left(state, now);
    if (left < 1) return false;
    state.tries = left - 1;
    state.tried = now;
    return true;
  });
}

void Keyring::put(const std::string& issuer, std::vector<PublicKey> keys, SteadyTime now) {
  auto next = std::make_shared<IssuerKeys>();
  next->keys = std::move(keys);
  next->fetched = now;
  by_issuer_.with([&](auto& all) {
    State& state = all[issuer];
    next->generation = ++state.generation;
    state.keys = std::move(next);
  });
}

}  // namespace doorward::identity
