// From evidence to a judgement. Evidence is counted in log odds; the model of the channel adds its
// own; thresholds were chosen at one false alarm in a hundred on sources left out of training.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "detect/features.h"
#include "detect/finding.h"
#include "detect/inspector.h"
#include "detect/view.h"

namespace doorward::detect {

class Model;

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
  [[nodiscard]] double total() const { return strongest_ + std::min(rest_ * 0.5, kMostBeside); }
  static constexpr double kMostBeside = 4;  // what others add to the strongest at most

 private:
  double strongest_ = 0;
  double rest_ = 0;
};

[[nodiscard]] double probability(double log_odds);

// The most that the model takes back of what rules say of an argument; a sure rule (rule.h) stands.
inline constexpr double kTakenBack = 2.5;

// What rules and the model say together. Of arguments the sum, and the model may take back a part
// of what rules say. Of prose the surer of the two: the model has learnt what rules are worth
// there, and a plain override in a letter is one whatever the letter sounds like.
[[nodiscard]] double total_evidence(Channel channel, double rules, double model);

// An argument that is a page or a program, whatever it is called. Words of code are its subject
// there: it takes several of them together or one that is sure, and the model, which knows values,
// can't convict it.
[[nodiscard]] bool is_document(const Question& question);
[[nodiscard]] double heard_of_model(bool document, double log_odds);

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

// What rules found in each view.
using Marks = std::vector<std::vector<Mark>>;

// What a model says of the surest view of a text.
struct ModelWord {
  double log_odds = -20;
  Span span;
  std::string_view view;
};
// A program's own language is judged by its grammar, and whether a URL of this machine may be gone
// to by rules and walls; the model is not asked.
[[nodiscard]] bool asks_model(const Question& question);
[[nodiscard]] ModelWord ask_model(const Model& model, const Question& question,
                                  std::span<const View> views, const Marks& marks);

// `asked`: whether the model has a word in it.
[[nodiscard]] Judgement judge(const Question& question, double evidence,
                              std::span<const View> views, const Marks& marks, bool asked);

}  // namespace doorward::detect
