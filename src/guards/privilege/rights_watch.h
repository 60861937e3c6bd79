// Guard      privilege.rights_watch      Area 9, stage request
// Defends    R9.8                        Hostile input: whoever changes rights unseen
// Denies     nothing; a principal whose groups or scopes are others than before, an agent that acts
//            for a user for the first time, and one that is refused what its user may are alerts
// Passes     everything; the entry of the call names the alert under `observed`
// Limits     sees what credentials prove; a right that nobody uses is not seen to change
// Tested by  tests/areas/privilege/rights_watch.jsonl, tests/unit/policy/rights.cc,
//            tests/e2e/rights.test.mjs
#pragma once

#include <functional>
#include <memory>

#include "core/guard.h"
#include "policy/rights.h"

namespace doorward::guards {

class RightsWatch : public core::Guard {
 public:
  using Alert = std::function<void(const policy::Rights::News&)>;
  RightsWatch(std::shared_ptr<policy::Rights> rights, Alert alert)
      : rights_(std::move(rights)), alert_(std::move(alert)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  void see(const core::Exchange&) const;
  const std::shared_ptr<policy::Rights> rights_;
  const Alert alert_;
};

}  // namespace doorward::guards
