// Guard      rogue.recheck               Area 11, stages request, server_message
// Defends    R3.4, R11.5                 Hostile input: server
// Denies     use of a server whose lists were not looked at in this session, or not since it said
//            that they changed, or for longer than `catalog.recheck`, and can't be looked at now;
//            what was missing then is looked for again after two seconds
// Passes     what follows a look that is fresh enough
// Limits     compares nothing itself: rogue.pin_drift does, with what the look found
// Tested by  tests/areas/rogue/recheck.jsonl, tests/e2e/catalog.test.mjs
#pragma once

#include <optional>

#include "catalog/registry.h"
#include "core/guard.h"

namespace doorward::guards {

// The list that a request's definition stands in; nothing where it uses none.
[[nodiscard]] std::optional<catalog::DefinitionKind> definition_used(const wire::Message& request);

// Its name, where a list of that kind says whether it is there: a tool, or a prompt.
[[nodiscard]] std::string_view name_used(const wire::Message& request);

// Whose look counts for an exchange: the session's, or without one the principal's.
[[nodiscard]] std::string viewer_of(std::string_view session, const core::Principal* principal);

class Recheck : public core::Guard {
 public:
  explicit Recheck(std::shared_ptr<catalog::Registry> registry) : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  // Needs `catalog:SERVER/KIND`: "seen", or the code of an error.
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Hears that a list changed, also from a message that other guards refuse.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  void hear(const core::Exchange& exchange) const;
  const std::shared_ptr<catalog::Registry> registry_;
};

}  // namespace doorward::guards
