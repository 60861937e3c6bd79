// Guard      overload.deadline           Area 6, stage request
// Defends    R6.1, R1.3                  Hostile input: server (never answers, endless progress)
// Denies     nothing by itself: it sets the moment at which the call ends, whatever comes
// Passes     a call that is answered in time; progress moves nothing
// Limits     a remote server that ignores the cancellation goes on working; a local one is
//            replaced two seconds later, unless it says `kill_overdue: false`
// Tested by  tests/areas/overload/deadline.jsonl, tests/e2e/lifecycle.test.mjs,
//            tests/e2e/limits.test.mjs
#pragma once

#include <map>
#include <string>

#include "core/guard.h"
#include "limits/ledger.h"

namespace doorward::guards {

struct Deadlines {
  std::chrono::milliseconds general{30'000};
  std::map<std::string, std::chrono::milliseconds, std::less<>> by_server;
  std::map<std::string, std::chrono::milliseconds, std::less<>> by_tool;  // `server.tool`
};

class Deadline : public core::Guard {
 public:
  // Counts what limits outside of all guards refuse: it is told of them like of its own.
  Deadline(Deadlines deadlines, std::shared_ptr<limits::Ledger> ledger)
      : deadlines_(std::move(deadlines)), ledger_(std::move(ledger)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  // Leaves the call's end in `notes`.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict& verdict,
               core::Notes&) const noexcept override {
    ledger_->refused(verdict.reason);
  }

 private:
  const Deadlines deadlines_;
  const std::shared_ptr<limits::Ledger> ledger_;
};

}  // namespace doorward::guards
