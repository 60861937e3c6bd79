// Guard      secrets.credential_form     Area 7, stages response, server_message
// Defends    R5.6                        Hostile input: server (a form that collects credentials)
// Denies     {"message":"Enter your password","requestedSchema":{…"v":{"type":"string"}}}
// Passes     "Which password policy?" with a choice; every question in URL mode, where neither the
//            client nor its model sees the answer
// Limits     reads what the form says; one that describes a credential without a word for it, or in
//            a language that src/detect/credential_words.cc lacks, passes
// Tested by  tests/areas/secrets/credential_form.jsonl, tests/unit/detect/credential_ask_test.cc
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class CredentialForm : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
