// Guard      transport.private_cache     Area 5, stage response
// Defends    R5.8                        Hostile input: server
// Denies     nothing; makes `cacheScope` of every result `private`: lists and what may be read
//            differ by principal, whatever a server knows of its own
// Passes     results that say `private`, and those without the member, byte for byte
// Limits     Doorward itself keeps no result for anybody; how long a client may is its `ttlMs`
// Tested by  tests/areas/transport/private_cache.jsonl, tests/e2e/eras.test.mjs
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class PrivateCache : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
