// Guard      injection.sql               Area 1, stage request
// Defends    R1.4, R6.5                  Hostile input: client (a model that was talked into it)
// Denies     {"name":"x' OR 1=1 --"}, {"sql":"SELECT pg_sleep(60)"}, stacked statements in a value
// Passes     {"sql":"SELECT name FROM users WHERE id = 7"}, {"name":"O'Brien"}
// Limits     what a statement may change is the policy's word (sql-read, sql-write)
// Tested by  tests/areas/injection/sql.jsonl, fuzz/fuzz_sql.cc
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class SqlText : public core::Guard {
 public:
  explicit SqlText(policy::KnownAlarms alarms = nullptr,
                   std::shared_ptr<const catalog::Registry> registry = nullptr)
      : alarms_(std::move(alarms)), registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
