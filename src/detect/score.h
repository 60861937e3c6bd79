// From evidence to a judgement. Evidence is counted in log odds; the model of the channel adds its
// own; thresholds were chosen at one false alarm in a hundred on sources left out of training.
#pragma once

#include <span>
#include <string_view>

#include "detect/finding.h"
#include "detect/inspector.h"
#include "detect/view.h"

namespace doorward::detect {

// Rules that say the same thing in other words count half: they are not independent.
class Evidence {
 public:
  void add(double weight) {
    if (weight > strongest_) {
      rest_ += strongest_;
      strongest_ = weight;
    } else {
      rest_ += weight;
    }
  }
  [[nodiscard]] double total() const { return strongest_ + (rest_ < 8 ? rest_ : 8) * 0.5; }

 private:
  double strongest_ = 0;
  double rest_ = 0;
};

[[nodiscard]] double probability(double log_odds);

// What rules and the model say together. The model may take back a part of what rules say, not all
// of it: prose about attacks is honest, a plain override in a letter is not.
[[nodiscard]] double total_evidence(double rules, double model);

struct Judgement {
  double score = 0;
  Certainty certainty = Certainty::weak;
  // Where the model, not a rule, tipped the scale.
  bool by_model = false;
  std::string_view rule;
  Kind kind = Kind::instruction;
  Span span;
  std::string_view view;
};

[[nodiscard]] Judgement judge(const Question& question, double evidence,
                              std::span<const View> views);

}  // namespace doorward::detect
