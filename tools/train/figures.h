// What `eval` prints.
#pragma once

#include <vector>

#include "folds.h"

namespace doorward::train {

// By source, with 95 % intervals (Wilson); instructions also by marked and unmarked.
void tell(const char* channel, const std::vector<Scored>& scored);
// A line a row, for study: label, rules, model, distance to the threshold, family, id.
void dump(const char* path, const std::vector<Scored>& scored);

}  // namespace doorward::train
