#include "limits/breakers.h"

#include <utility>

namespace doorward::limits {

std::optional<Seconds> Breakers::open(const Key& of, const BreakerRules& rules, SteadyTime now) {
  std::optional<Seconds> wait;
  breakers_.with_known(of, of, [&](const Breaker& known) {
    if (!known.is_open()) return;
    if (now < known.until)
      wait = wait_of(known.until - now);
    else if (known.probing)
      wait = wait_of(rules.cooldown);
  });
  return wait;
}

Breakers::Pass Breakers::enter(const Key& of, SteadyTime now) {
  Pass pass = Pass::closed;
  breakers_.with_known(of, of, [&](Breaker& known) {
    if (!known.is_open()) return;
    pass = now < known.until || known.probing ? Pass::refused : Pass::probe;
    if (pass == Pass::probe) known.probing = true;
  });
  return pass;
}

void Breakers::Breaker::look_at(SteadyTime now, const BreakerRules& rules) {
  if (good + bad == 0 || now - began <= rules.window) return;
  good = bad = 0;
}

bool Breakers::Breaker::is_outlier(const BreakerRules& rules) const {
  const uint64_t all = uint64_t{good} + bad;
  return rules.percent < 100 && all >= rules.volume && uint64_t{bad} * 100 > all * rules.percent;
}

bool Breakers::failed(const Key& of, const BreakerRules& rules, SteadyTime now) {
  return breakers_.with(of, of, [&](Breaker& known) {
    const bool was_probe = std::exchange(known.probing, false);
    if (known.is_open() && !was_probe) return false;  // sent before it opened
    if (!was_probe) {
      known.look_at(now, rules);
      if (known.good + known.bad == 0) known.began = now;
      ++known.bad;
      if (++known.failures < rules.failures && !known.is_outlier(rules)) return false;
    }
    constexpr uint32_t kDoublings = 3;
    known.until = now + rules.cooldown * (1u << std::min(known.opened, kDoublings));
    ++known.opened;
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
    known.look_at(now, rules);
    if (known.bad > 0) ++known.good;
  });
  return closed;
}

void Breakers::withdrawn(const Key& of) {
  breakers_.with_known(of, of, [](Breaker& known) { known.probing = false; });
}

}  // namespace doorward::limits
