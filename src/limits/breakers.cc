#include "limits/breakers.h"

#include <algorithm>
#include <utility>

namespace doorward::limits {

Breakers::Probe* Breakers::Breaker::room(const Caller& who, SteadyTime now) {
  Probe* free = nullptr;
  for (Probe& probe : probes) {
    const bool stale = probe.until <= now;
    if (!stale && probe.principal == who.principal) return nullptr;
    // His own that takes too long is passed over by others first.
    if (stale && (free == nullptr || probe.principal == who.principal)) free = &probe;
  }
  return free;
}

bool Breakers::Breaker::end_probe(const Caller& who) {
  for (Probe& probe : probes) {
    if (probe.until == SteadyTime{} || probe.principal != who.principal) continue;
    probe = Probe();
    return true;
  }
  return false;
}

bool Breakers::Breaker::witness(const Caller& who, SteadyTime now) {
  if (witnessed >= kWitnesses) return true;  // enough of enough callers already
  if (witnessed > 0 && now - last_witness < kOneMoment) return false;
  const auto end = witnesses.begin() + witnessed;
  const auto same = [&](uint64_t Caller::* part) {
    return static_cast<size_t>(std::count_if(
        witnesses.begin(), end, [&](const Caller& one) { return one.*part == who.*part; }));
  };
  if (same(&Caller::principal) >= kOfOne || same(&Caller::call) >= kOfOne) return false;
  witnesses.at(witnessed++) = who;
  last_witness = now;
  return true;
}

bool Breakers::Breaker::several_witnesses() const {
  return std::any_of(witnesses.begin(), witnesses.begin() + witnessed, [&](const Caller& one) {
    return one.principal != witnesses.front().principal;
  });
}

bool Breakers::Breaker::counts(const Caller& who, Blame blame, SteadyTime now) {
  if (blame == Blame::server) return true;
  return witness(who, now) && (!is_open() || several_witnesses());
}

void Breakers::Breaker::shut(const BreakerRules& rules, SteadyTime now) {
  constexpr uint32_t kDoublings = 3;
  until = now + rules.cooldown * (1u << std::min(opened, kDoublings));
  ++opened;
  witnessed = 0;
}

void Breakers::Breaker::look_at(SteadyTime now, const BreakerRules& rules) {
  if (good + bad == 0 || now - began <= rules.window) return;
  good = bad = 0;
}

bool Breakers::Breaker::is_outlier(const BreakerRules& rules) const {
  const uint64_t all = uint64_t{good} + bad;
  return rules.percent < 100 && all >= rules.volume && uint64_t{bad} * 100 > all * rules.percent;
}

std::optional<Seconds> Breakers::open(const Key& of, const Caller& who, SteadyTime now) {
  std::optional<Seconds> wait;
  breakers_.with_known(of, of, [&](Breaker& known) {
    if (!known.is_open()) return;
    if (now < known.until)
      wait = wait_of(known.until - now);
    else if (known.room(who, now) == nullptr)
      wait = kProbeTime;
  });
  return wait;
}

Breakers::Pass Breakers::enter(const Key& of, const Caller& who, SteadyTime now) {
  Pass pass = Pass::closed;
  breakers_.with_known(of, of, [&](Breaker& known) {
    if (!known.is_open()) return;
    Probe* const room = now < known.until ? nullptr : known.room(who, now);
    pass = room == nullptr ? Pass::refused : Pass::probe;
    if (room != nullptr) *room = {who.principal, now + kProbeTime};
  });
  return pass;
}

bool Breakers::failed(const Key& of, const Caller& who, Blame blame, const BreakerRules& rules,
                      SteadyTime now) {
  return breakers_.with(of, of, [&](Breaker& known) {
    const bool was_probe = known.end_probe(who);
    if (known.is_open() && !was_probe) return false;  // sent before it opened
    if (!known.counts(who, blame, now)) return false;
    if (!was_probe) {
      known.look_at(now, rules);
      if (known.good + known.bad == 0) known.began = now;
      ++known.bad;
      if (++known.failures < rules.failures && !known.is_outlier(rules)) return false;
    } else if (now < known.until) {
      return false;  // another probe failed before
    }
    known.shut(rules, now);
    return true;
  });
}

bool Breakers::succeeded(const Key& of, const BreakerRules& rules, SteadyTime now) {
  bool closed = false;
  breakers_.with_known(of, of, [&](Breaker& known) {
    closed = known.is_open();
    if (closed) {
      known = Breaker();
      return;
    }
    known.failures = 0;
    known.witnessed = 0;
    known.look_at(now, rules);
    if (known.bad > 0) ++known.good;
  });
  return closed;
}

void Breakers::withdrawn(const Key& of, const Caller& who) {
  breakers_.with_known(of, of, [&](Breaker& known) { known.end_probe(who); });
}

}  // namespace doorward::limits
