// Guard      rogue.server_state          Area 11, stages launch, request
// Defends    R11.5                       Hostile input: server
// Denies     the start of, and every request to, a server that is not through the states that lead
//            to its use, that is quarantined or that is revoked; of one on probation, calls over
//            `catalog.probation_calls`
// Holds      what does more than read, while the server is on probation
// Passes     active servers; servers that nobody signed, whose tools rogue.pin_drift refuses
// Limits     Doorward's own looks pass: how else would anybody judge the server
// Tested by  tests/areas/rogue/server_state.jsonl, tests/e2e/states.test.mjs
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

class ServerStates : public core::Guard {
 public:
  ServerStates(std::shared_ptr<const catalog::Registry> registry,
               std::shared_ptr<limits::Ledger> ledger, limits::Flow on_probation)
      : registry_(std::move(registry)), ledger_(std::move(ledger)), on_probation_(on_probation) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] bool is_new_here(const core::Exchange&) const;
  const std::shared_ptr<const catalog::Registry> registry_;
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::Flow on_probation_;
};

}  // namespace doorward::guards
