// Guard      logtamper.log_level         Area 8, stage request
// Defends    R8.1                        Hostile input: client
// Denies     logging/setLevel, or a log level in `_meta`, from a principal that `log_level_from`
//            does not name; a level that is none
// Passes     a known level from whom the list names: it chooses what a server tells this client,
//            and nothing of Doorward's own log
// Limits     -
// Tested by  tests/areas/logtamper/log_level.jsonl
#pragma once

#include <vector>

#include "core/guard.h"
#include "policy/rules.h"

namespace doorward::guards {

class LogLevel : public core::Guard {
 public:
  explicit LogLevel(std::vector<policy::PrincipalSelector> from) : from_(std::move(from)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::vector<policy::PrincipalSelector> from_;
};

}  // namespace doorward::guards
