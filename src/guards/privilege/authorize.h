// Guard      privilege.authorize         Area 9, stage request
// Defends    R9.1, R9.3, R9.4, R9.5, R9.6, R3.1, R3.2, R3.7, R1.1, R1.4, R1.5
//            Hostile input: client, model
// Denies     a tool, prompt or resource that no rule allows; a hidden, an unknown and a forbidden
//            tool get one and the same answer
// Passes     what a rule allows to the principal that the credential proved
// Limits     decides by names, classes and arguments; what a text says is judged elsewhere
// Tested by  tests/areas/privilege/authorize.jsonl, tests/e2e/policy.test.mjs
#pragma once

#include <functional>
#include <memory>

#include "core/classes.h"
#include "core/guard.h"
#include "policy/resource_decision.h"

namespace doorward::guards {

// The classes of a tool, as the gateway sees them.
using ClassesOf = std::function<core::ClassSet(std::string_view server, std::string_view tool)>;

// Where `notes.values` names every rule that holds the call, one a line.
inline constexpr std::string_view kHoldingRules = "policy.holding";

// What the log says where the user may and the agent may not.
inline constexpr std::string_view kAgentMayNot = "the user may, the agent may not";

// What the server's list calls the resource of this URI.
using ResourceNamesOf =
    std::function<policy::ResourceNames(std::string_view server, std::string_view uri)>;

class Authorize : public core::Guard {
 public:
  // `metadata` says where a client learns of scopes (RFC 9728); "" where nowhere.
  using MetadataOf = std::function<std::string(const core::Exchange&)>;
  Authorize(std::shared_ptr<const policy::Rules> rules, ClassesOf classes, MetadataOf metadata = {},
            ResourceNamesOf resource_names = {})
      : rules_(std::move(rules)),
        classes_(std::move(classes)),
        metadata_(std::move(metadata)),
        resource_names_(std::move(resource_names)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  // Leaves the deciding rule in `notes`.
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  // Where it is held, all rules that hold it are left in `notes`.
  [[nodiscard]] policy::Decision decide(const core::Exchange&, const policy::Action&,
                                        const policy::ResourceForms&, core::Notes&) const;
  // Each resource that the client wants to hear of.
  [[nodiscard]] core::Verdict subscription(const core::Exchange&, core::Notes&) const;
  const std::shared_ptr<const policy::Rules> rules_;
  const ClassesOf classes_;
  const MetadataOf metadata_;
  const ResourceNamesOf resource_names_;
};

}  // namespace doorward::guards
