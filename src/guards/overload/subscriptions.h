// Guard      overload.subscriptions      Area 6, stages request, response
// Defends    R6.8                        Hostile input: client
// Denies     the subscription over `limits.subscriptions` of one session or one stream; the stream
//            over `limits.streams` of one principal
// Passes     a subscription that stands already; those that are taken back and made anew
// Limits     a session listens by one GET at a time; `limits.sessions` bounds those
// Tested by  tests/areas/overload/subscriptions.jsonl, tests/e2e/floods.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class Subscriptions : public core::Guard {
 public:
  struct Most {
    uint32_t subscriptions = 64;
    uint32_t streams = 32;
  };
  Subscriptions(std::shared_ptr<limits::Ledger> ledger, Most most)
      : ledger_(std::move(ledger)), most_(most) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] core::Commitment listen(const core::Exchange&) const;
  [[nodiscard]] core::Verdict refusal(std::string_view what) const;
  const std::shared_ptr<limits::Ledger> ledger_;
  const Most most_;
};

}  // namespace doorward::guards
