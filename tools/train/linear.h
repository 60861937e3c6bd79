// Logistic regression over hashed features by AdaGrad, with many windows a text.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/features.h"

namespace doorward::train {

struct Example {
  std::vector<std::vector<uint32_t>> windows;
  bool attack = false;
  float weight = 1;
  size_t row = 0;
};

struct Linear {
  std::vector<float> weights;
  float bias = 0;
  [[nodiscard]] double sum(const std::vector<uint32_t>& features) const;
  // Of the surest window.
  [[nodiscard]] double best(const Example& example, size_t* which = nullptr) const;
};

struct Recipe {
  int epochs = 6;
  float rate = 0.05F;
  float decay = 1e-6F;  // of weights, a step
};

// Attacks learn from their surest window, honest texts from all of theirs.
[[nodiscard]] Linear fit(const std::vector<const Example*>& examples, const Recipe& recipe);

}  // namespace doorward::train
