// Leave-one-source-out: every row is scored by a model that has not seen its family, through the
// code that the program runs, and judged by thresholds that have not seen its fold.
#pragma once

#include <vector>

#include "classifier_file.h"
#include "detect/finding.h"
#include "examples.h"

namespace doorward::train {

struct Scored {
  const Row* row = nullptr;
  size_t fold = 0;
  double evidence = 0;  // of rules
  double raw = 0;       // of the model
  double total = 0;
  bool document = false;
  detect::Span span;  // what the model points at
  bool found = false, certain = false;
};

[[nodiscard]] std::vector<Scored> leave_out(const std::vector<Row>& rows,
                                            const std::vector<Example>& examples,
                                            detect::Channel channel, const Recipe& recipe);

// Chooses gain, bias and thresholds so that rules and model together catch most at `rate` false
// alarms, by the mean over families of attacks: big families must not decide alone.
// What a finished classifier says of rows that it has not learnt from.
[[nodiscard]] std::vector<Scored> judge_others(const std::vector<Row>& rows,
                                               detect::Channel channel,
                                               const std::string& classifier);
[[nodiscard]] Tuned tune(const std::vector<Scored>& scored, double rate);

// Each fold by what the others chose.
void judge_by_other_folds(std::vector<Scored>& scored, double rate);

}  // namespace doorward::train
