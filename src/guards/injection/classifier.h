// Guard      injection.classifier        Area 1, stages request, response, server_message
// Defends    R3.5, R1.4                  Hostile input: server, client
// Denies     what the operator's own classifier scores at the threshold, with `act: deny`; with
//            `label` an answer is labelled and a call is held
// Passes     what it scores lower; where it gives no answer, all, unless `on_failure` says else
// Limits     is there only where `inspection.classifier` names one; definitions are not shown to
//            it, nor what lies behind `most` bytes; secrets that are found are masked before
// Tested by  tests/areas/injection/classifier.jsonl, tests/e2e/classifier.test.mjs
#pragma once

#include <memory>

#include "core/guard.h"
#include "detect/known_secrets.h"
#include "policy/suppressions.h"

namespace doorward::guards {

struct ClassifierTerms {
  enum class Act : uint8_t { observe, label, hold, deny };
  enum class Failure : uint8_t { ignore, hold, deny };
  bool arguments = false, results = true;
  double threshold = 0.5;
  Act act = Act::label;
  Failure on_failure = Failure::ignore;
  size_t most = 64 << 10;  // bytes that are shown
  std::shared_ptr<const detect::HeldSecrets> held;
  policy::KnownAlarms alarms = nullptr;
};

// The need: this prefix, then {"channel","server","tool","text"}. Its answer is a number from 0 to
// 1; "" where there is none.
inline constexpr std::string_view kClassifierNeed = "classifier:";

class ExternalClassifier : public core::Guard {
 public:
  explicit ExternalClassifier(ClassifierTerms terms) : terms_(std::move(terms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  [[nodiscard]] core::Verdict found(const core::Exchange&, core::Notes&, double score) const;
  [[nodiscard]] core::Verdict silent(core::Notes&) const;
  const ClassifierTerms terms_;
};

}  // namespace doorward::guards
