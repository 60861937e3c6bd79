// Guard      rogue.provenance            Area 11, stage response
// Defends    R11.9                       Hostile input: server
// Denies     nothing; says in `_meta["io.doorward/provenance"]` of a result which server and tool
//            it is from and how far that is trusted
// Passes     results of servers and tools that are stated to be trusted, as they are
// Limits     a label binds nobody; what may follow on an untrusted result is misuse.flow's. A
//            task's result has the server's trust and names no tool
// Tested by  tests/areas/rogue/provenance.jsonl
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"

namespace doorward::guards {

class Provenance : public core::Guard {
 public:
  explicit Provenance(std::shared_ptr<const catalog::Registry> registry)
      : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
