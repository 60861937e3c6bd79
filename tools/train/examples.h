// From rows to what the fit learns from: pieces, their features, and where an attack may stand.
#pragma once

#include <vector>

#include "detect/model.h"
#include "linear.h"
#include "rows.h"

namespace doorward::train {

inline constexpr std::string_view kOwn = "doorward own";

// Whether a row teaches (or is measured) in a channel.
[[nodiscard]] bool belongs(const Row& row, detect::Channel channel, bool for_training);

[[nodiscard]] std::vector<Example> examples_of(const std::vector<Row>& rows,
                                               detect::Channel channel, uint32_t width);

}  // namespace doorward::train
