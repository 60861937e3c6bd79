#include "detect/seams.h"

#include <algorithm>

namespace doorward::detect {

void Seams::add(std::string_view text) {
  // With a break between: what stands there is no seam.
  if (text.size() > 2 * reach_ + 1)
    text_.append(text.substr(0, reach_)).append("\n").append(text.substr(text.size() - reach_));
  else
    text_.append(text);
  ends_.push_back(text_.size());
}

bool Seams::crossed_by(size_t from, size_t to) const {
  // The first text that ends behind its beginning ends before its end.
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), from);
  return end != ends_.end() && *end < to;
}

}  // namespace doorward::detect
