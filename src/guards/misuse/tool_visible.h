// Guard      misuse.tool_visible         Area 3, stage response
// Defends    R3.1, R3.4, R11.4, R11.6           Hostile input: server
// Denies     nothing; takes out of every list what the policy does not let this caller use, what
//            nobody signed off, what is not as it was signed, what an operator stopped, and what
//            stands there twice
// Passes     every other byte of a list as the server sent it
// Limits     a call is judged for itself by privilege.authorize, whatever a list showed
// Tested by  tests/areas/misuse/tool_visible.jsonl, tests/e2e/policy.test.mjs
#pragma once

#include <memory>

#include "catalog/registry.h"
#include "catalog/stops.h"
#include "core/guard.h"
#include "policy/resource_decision.h"

namespace doorward::guards {

class ToolVisible : public core::Guard {
 public:
  ToolVisible(std::shared_ptr<const policy::Rules> rules,
              std::shared_ptr<const catalog::Registry> registry,
              std::shared_ptr<const catalog::Stops> stops)
      : rules_(std::move(rules)), registry_(std::move(registry)), stops_(std::move(stops)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] bool shows(const core::Exchange& exchange, catalog::DefinitionKind kind,
                           wire::JsonValue item) const;
  [[nodiscard]] bool shows_resource(const core::Principal& principal,
                                    const policy::Action& action) const;
  const std::shared_ptr<const policy::Rules> rules_;
  const std::shared_ptr<const catalog::Registry> registry_;
  const std::shared_ptr<const catalog::Stops> stops_;
};

}  // namespace doorward::guards
