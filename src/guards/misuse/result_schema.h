// Guard      misuse.result_schema        Area 3, stage response
// Defends    R3.6, R7.3                  Hostile input: server
// Denies     structuredContent that the signed outputSchema does not allow: another type, a missing
//            or an undeclared member; a result without it where the tool promises it; one that the
//            schema does not allow any more without the secret that was in it
// Passes     results as promised, error results, and results of tools that promise nothing
// Limits     the size of a result is overload.size_depth's
// Tested by  tests/areas/misuse/result_schema.jsonl
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"
#include "core/recheck.h"

namespace doorward::guards {

class ResultSchema : public core::Guard, public core::Rechecks {
 public:
  explicit ResultSchema(std::shared_ptr<const catalog::Registry> registry)
      : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Verdict recheck(const core::Exchange&,
                                      std::string_view edited) const override;

 private:
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
