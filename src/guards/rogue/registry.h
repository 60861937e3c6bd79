// Guard      rogue.registry              Area 11, stages launch, request
// Defends    R11.1, R11.2, R11.3         Hostile input: client, whoever changes a server's files
// Denies     a request to, or the start of, a server that the configuration doesn't name, or whose
//            command, address, keys or files are not those that were signed
// Passes     servers of the configuration, under the names that they have there
// Limits     what a server calls itself is never looked at; its definitions are rogue.pin_drift's
// Tested by  tests/areas/rogue/registry.jsonl
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"

namespace doorward::guards {

class KnownServers : public core::Guard {
 public:
  explicit KnownServers(std::shared_ptr<const catalog::Registry> registry)
      : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
