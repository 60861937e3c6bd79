// Guard      secrets.result_dlp          Area 7, stages response, server_message
// Defends    R7.3                        Hostile input: server, and careless owners of data
// Denies     with `secrets: deny` or `hold`, any answer that holds a secret
// Passes     answers with the secret replaced by [secret:KIND:TAG], in text and structured alike;
//            examples and placeholders as they are
// Limits     binary content is not read; a secret that no format, keyword or held value tells
//            passes
// Tested by  tests/areas/secrets/result_dlp.jsonl, tests/unit/detect/inspector_test.cc
#pragma once

#include <memory>

#include "core/guard.h"
#include "detect/known_secrets.h"
#include "guards/secrets/content_acts.h"
#include "policy/suppressions.h"

namespace doorward::guards {

struct DlpSettings {
  ContentActs results, definitions;
  std::string tag_key;  // so that tags are alike within this gateway and nowhere else
};

class ResultDlp : public core::Guard {
 public:
  ResultDlp(DlpSettings settings, std::shared_ptr<const detect::HeldSecrets> held,
            std::shared_ptr<detect::SeenSecrets> seen, policy::KnownAlarms alarms = nullptr)
      : settings_(std::move(settings)),
        held_(std::move(held)),
        seen_(std::move(seen)),
        alarms_(std::move(alarms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const DlpSettings settings_;
  const std::shared_ptr<const detect::HeldSecrets> held_;
  const std::shared_ptr<detect::SeenSecrets> seen_;
  const policy::KnownAlarms alarms_;
};

}  // namespace doorward::guards
