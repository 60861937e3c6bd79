// Guard      instability.schema          Area 2, stage request
// Defends    R2.1, R6.7, R1.2            Hostile input: client, model, and a server's schema
// Denies     arguments that the signed inputSchema does not allow; members that it does not
//            declare; look-alikes of those that it does; what can't be decided within its budget
// Passes     {"path":"notes/a.txt"} for a tool that declares `path`
// Limits     says nothing of what a text contains; a `$ref` to elsewhere is never fetched
// Tested by  tests/areas/instability/schema.jsonl, tests/e2e/strict_json.test.mjs
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"

namespace doorward::guards {

class ArgumentSchema : public core::Guard {
 public:
  explicit ArgumentSchema(std::shared_ptr<const catalog::Registry> registry)
      : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
