// Guard      transport.tls               Area 5, stage accept
// Defends    R5.1                        Hostile input: whoever listens on the way
// Denies     a request over plain HTTP from another host
// Passes     TLS, loopback, the unix socket, a load balancer of `trusted_proxies` that ends TLS
// Limits     the first plain request has been seen on the way by then; its credential is burnt
// Tested by  tests/areas/transport/tls.jsonl, tests/e2e/tls.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class Tls : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
