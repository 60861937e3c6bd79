// Guard      isolation.quarantine        Area 10, stages launch, request
// Defends    R10.8                       A server that tried to leave its sandbox
// Denies     any request to a server that is in quarantine
// Passes     the same request to another server, and to this one after its release
// Limits     what the server did before it was caught stands in the log, it is not undone
// Tested by  tests/areas/isolation/quarantine.jsonl, tests/e2e/isolation.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "sandbox/quarantine.h"

namespace doorward::guards {

class InQuarantine : public core::Guard {
 public:
  explicit InQuarantine(std::shared_ptr<const sandbox::Quarantine> stopped)
      : stopped_(std::move(stopped)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const sandbox::Quarantine> stopped_;
};

}  // namespace doorward::guards
