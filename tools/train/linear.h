// Logistic regression over hashed features by AdaGrad, where a text is many pieces and an attack
// stands in some of them.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/features.h"

namespace doorward::train {

struct Example {
  std::vector<detect::Window> pieces;
  std::vector<std::vector<uint32_t>> features;  // of each piece
  // Of an attack: which pieces may hold it. What honest texts hold as well is no part of it.
  std::vector<uint8_t> suspect;
  bool attack = false;
  bool runs = false;  // neighbouring pieces are judged together as well
  uint32_t width = 400;
  double power = 0.5;  // norm_of
  float weight = 1;
  size_t row = 0;
};

struct Run {
  size_t first = 0, last = 0;
};

struct Linear {
  std::vector<float> weights;
  float bias = 0;
  [[nodiscard]] double said(const Example& example, Run run) const;
  // Of the surest run; of suspects only, where `suspects` asks for it.
  [[nodiscard]] double best(const Example& example, Run* which = nullptr,
                            bool suspects = false) const;
};

struct Recipe {
  int epochs = 6;
  float rate = 0.05F;
  float decay = 1e-6F;  // of weights, a step
};

// Attacks learn from their surest suspect run, honest texts from all pieces and the surest run.
[[nodiscard]] Linear fit(const std::vector<const Example*>& examples, const Recipe& recipe);

}  // namespace doorward::train
