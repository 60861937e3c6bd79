#include "detect/view.h"

#include <algorithm>

namespace doorward::detect {

void View::close(const View& parent, uint32_t end) {
  at_.push_back(end);
  if (parent.is_given()) return;
  const uint32_t last = static_cast<uint32_t>(parent.at_.size() - 1);
  for (uint32_t& offset : at_) offset = parent.at_[std::min(offset, last)];
}

Span View::span(size_t from, size_t to) const {
  if (!derived_) return {std::min(from, given_.size()), std::min(to, given_.size())};
  from = std::min(from, at_.size() - 1);
  to = std::min(std::max(from, to), at_.size() - 1);
  Span span{at_[from], at_[to]};
  if (to < own_.size() || span.to <= span.from) {
    // Several bytes of a view may stand for one place: the span ends where the next place begins.
    size_t next = to;
    while (next < own_.size() && next > 0 && at_[next] <= at_[next - 1]) ++next;
    span.to = at_[next];
  }
  return span;
}

}  // namespace doorward::detect
