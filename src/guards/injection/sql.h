// Guard      injection.sql               Area 1, stage request
// Defends    R1.4, R6.5                  Hostile input: client (a model that was talked into it)
// Denies     {"name":"x' OR 1=1 --"}, {"sql":"SELECT pg_sleep(60)"}, stacked statements in a value
// Passes     {"sql":"SELECT name FROM users WHERE id = 7"}, {"name":"O'Brien"}
// Limits     what a statement may change is the policy's word (sql-read, sql-write)
// Tested by  tests/areas/injection/sql.jsonl, fuzz/fuzz_sql.cc
#pragma once

#include "core/guard.h"
#include "guards/argument_roles.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class SqlText : public core::Guard {
 public:
  explicit SqlText(policy::KnownAlarms alarms = nullptr,
                   std::shared_ptr<const RoleSources> roles = std::make_shared<RoleSources>())
      : alarms_(std::move(alarms)), roles_(std::move(roles)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
  const std::shared_ptr<const RoleSources> roles_;
};

}  // namespace doorward::guards
