// Guard      logtamper.log_config        Area 8, stage request
// Defends    R8.9                        Hostile input: client, model
// Denies     {"command":"systemctl stop auditd"} and {"audit_enabled":false} until a person
//            approves, whatever a rule allows
// Passes     {"command":"systemctl status auditd"}; a note or a search that speaks of it
// Limits     knows common commands and names; a tool that only reads is not looked at. Tools that
//            are for logging as a whole have the class `identity`: see privilege.escalation_hold
// Tested by  tests/areas/logtamper/log_config.jsonl, tests/unit/detect/log_tampering.cc
#pragma once

#include <functional>

#include "core/classes.h"
#include "core/guard.h"

namespace doorward::guards {

// The classes of a tool, as the gateway sees them.
using ClassesOf = std::function<core::ClassSet(std::string_view server, std::string_view tool)>;

class LogConfig : public core::Guard {
 public:
  explicit LogConfig(ClassesOf classes) : classes_(std::move(classes)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const ClassesOf classes_;
};

}  // namespace doorward::guards
