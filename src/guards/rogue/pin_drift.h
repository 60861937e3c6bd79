// Guard      rogue.pin_drift             Area 11, stages request, response
// Defends    R3.4, R6.7, R11.5           Hostile input: server
// Denies     a tool or prompt that nobody signed off, one that is not as it was signed, one that is
//            no longer in the list that this session or principal is shown, what is of a server
//            that is due for validation, reads through a template that is not signed; instructions
//            that nobody signed and titles that changed do not reach the client
// Holds      what `pins: first_use` remembered and may not let through by itself
// Passes     definitions that are byte for byte those that were signed
// Limits     a resource may be read without a definition of its own: lists of them change all day
// Tested by  tests/areas/rogue/pin_drift.jsonl, tests/e2e/catalog.test.mjs,
// tests/e2e/attack_catalog.test.mjs
#pragma once

#include "catalog/registry.h"
#include "core/guard.h"

namespace doorward::guards {

class PinDrift : public core::Guard {
 public:
  explicit PinDrift(std::shared_ptr<catalog::Registry> registry) : registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Takes lists and greetings that pass through for a client as seen.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] core::Verdict judge_request(const core::Exchange&) const;
  // The server no longer shows it here. Its signature is remembered.
  [[nodiscard]] bool is_gone(const core::Exchange&, catalog::DefinitionKind kind) const;
  // A template that the URI fits and that may not be used, where none may that it fits as well.
  [[nodiscard]] std::shared_ptr<const catalog::Entry> refused_template(std::string_view server,
                                                                       std::string_view uri) const;
  [[nodiscard]] core::Verdict judge_greeting(const core::Exchange&) const;
  const std::shared_ptr<catalog::Registry> registry_;
};

}  // namespace doorward::guards
