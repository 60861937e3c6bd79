// A guard looks at an exchange and changes nothing of it.
// error: assignment of member .*Exchange::principal.* in read-only object
#include "core/guard.h"

using namespace doorward::core;

class Promote : public Guard {
 public:
  [[nodiscard]] const GuardFacts& facts() const override;
  [[nodiscard]] Verdict judge(const Exchange& exchange, Notes& notes) const override {
#ifdef FORBIDDEN
    exchange.principal = nullptr;
#else
    notes.rule = exchange.server;
#endif
    return pass();
  }
};
