#include "limits/failures.h"

namespace doorward::limits {

std::optional<Seconds> Failures::blocked(const Key& owner, const Key& call, SteadyTime now) {
  std::optional<Seconds> wait;
  calls_.with_known(owner, call, [&](const Call& known) {
    if (now < known.blocked_until) wait = wait_of(known.blocked_until - now);
  });
  return wait;
}

bool Failures::begin(const Key& owner, const Key& call, const FailureRules& rules) {
  bool may = true;
  calls_.with_known(owner, call, [&](Call& known) {
    if (known.count > 0) {
      // After the cool-down one at a time tries.
      const uint32_t left = known.count < rules.most ? rules.most - known.count : 1;
      may = known.under_way < left;
    }
    if (may) ++known.under_way;
  });
  return may;
}

void Failures::ended(const Key& owner, const Key& call) {
  calls_.with_known(owner, call, [](Call& known) {
    if (known.under_way > 0) --known.under_way;  // one that began before the entry was made
  });
}

void Failures::failed(const Key& owner, const Key& call, const FailureRules& rules, uint64_t kind,
                      SteadyTime now) {
  calls_.with(owner, call, [&](Call& known) {
    const bool fresh =
        known.count > 0 && known.kind == kind &&
        (now - known.first <= rules.window || now - known.blocked_until <= rules.window);
    if (!fresh) {
      known.count = 0;
      known.kind = kind;
      known.first = now;
    }
    if (++known.count >= rules.most) known.blocked_until = now + rules.cooldown;
  });
}

void Failures::succeeded(const Key& owner, const Key& call) {
  calls_.with_known(owner, call, [](Call& known) {
    known.count = 0;
    known.blocked_until = {};
  });
}

}  // namespace doorward::limits
