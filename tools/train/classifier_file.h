// The bytes of a classifier as detect/model.h reads them.
#pragma once

#include <string>

#include "detect/features.h"
#include "linear.h"

namespace doorward::train {

inline constexpr size_t kClassifierBytes = 24 + detect::kFeatures;

struct Tuned {
  double gain = 1, bias = 0;  // calibrated = gain * raw + bias
  double label = 3, certain = 7;
};

[[nodiscard]] std::string classifier_bytes(const Linear& model, const Tuned& tuned,
                                           uint32_t width);

}  // namespace doorward::train
