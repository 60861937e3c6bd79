// Guard      injection.hidden_unicode    Area 1, stages request, response, server_message
// Defends    R3.5                        Hostile input: server, client
// Denies     a request with characters in an argument that a person does not see
// Passes     emoji, flags, Persian and Indic joiners, one byte order mark
// Limits     in answers they are taken out, with terminal colours and control characters, and the
//            rest passes; in arguments colours pass
// Tested by  tests/areas/injection/hidden_unicode.jsonl, fuzz/fuzz_detect_views.cc
#pragma once

#include "core/guard.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class HiddenUnicode : public core::Guard {
 public:
  explicit HiddenUnicode(policy::KnownAlarms alarms = nullptr) : alarms_(std::move(alarms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
};

}  // namespace doorward::guards
