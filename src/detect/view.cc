#include "detect/view.h"

#include <algorithm>

namespace doorward::detect {

void View::append(std::string_view bytes, uint32_t from, bool copied) {
  const auto at = static_cast<uint32_t>(own_.size());
  const bool goes_on = !rows_.empty() && rows_.back().copied == copied && rows_.back().step == 1 &&
                       from == rows_.back().from + (at - rows_.back().at);
  if (!goes_on) rows_.push_back({at, from, 1, copied});
  own_ += bytes;
  sealed_ = own_.size();
}

size_t View::row_of(size_t at) const {
  const auto behind = std::upper_bound(rows_.begin(), rows_.end(), at,
                                       [](size_t place, const Row& row) { return place < row.at; });
  return static_cast<size_t>(behind - rows_.begin()) - 1;
}

uint32_t View::place(size_t at) const {
  if (at >= own_.size()) return end_;
  const Row& row = rows_[row_of(at)];
  return row.from + row.step * static_cast<uint32_t>(at - row.at);
}

void View::close(const View& parent, uint32_t end) {
  constexpr size_t kLeastKept = 256;
  for (size_t i = 0; i < rows_.size(); ++i)
    if (const size_t size = end_of_row(i) - rows_[i].at; rows_[i].copied && size >= kLeastKept)
      kept_.push_back({rows_[i].at, rows_[i].from, static_cast<uint32_t>(size)});
  end_ = end;
  if (parent.is_given()) return;
  end_ = parent.place(end);
  const size_t size = parent.own_.size();
  std::vector<Row> rows;
  rows.reserve(rows_.size());
  size_t theirs = 0;  // the parent's row; places never fall
  for (size_t mine = 0; mine < rows_.size(); ++mine) {
    const Row& row = rows_[mine];
    for (size_t at = row.at; at < end_of_row(mine);) {
      const size_t from = row.from + row.step * (at - row.at);
      const auto here = static_cast<uint32_t>(at);
      if (from >= size) {
        rows.push_back({here, parent.end_, 0, false});
        break;
      }
      while (parent.end_of_row(theirs) <= from) ++theirs;
      const Row& source = parent.rows_[theirs];
      const auto place = source.from + source.step * static_cast<uint32_t>(from - source.at);
      const uint32_t step = uint32_t{row.step} * uint32_t{source.step};
      rows.push_back({here, place, step, row.copied && source.copied});
      if (row.step == 0) break;
      const size_t left = parent.end_of_row(theirs) - from;
      at += (left + row.step - 1) / row.step;
    }
  }
  rows_ = std::move(rows);
}

Span View::span(size_t from, size_t to) const {
  if (!derived_) return {std::min(from, given_.size()), std::min(to, given_.size())};
  from = std::min(from, own_.size());
  to = std::min(std::max(from, to), own_.size());
  Span span{place(from), place(to)};
  if (to == own_.size() && span.to > span.from) return span;
  // Several bytes of a view may stand for one place: the span ends where the next place begins.
  size_t next = to;
  while (next > 0 && next < own_.size()) {
    const size_t row = row_of(next);
    if (next > rows_[row].at && rows_[row].step != 0) break;
    if (next == rows_[row].at && rows_[row].from > place(next - 1)) break;
    next = next > rows_[row].at ? end_of_row(row) : next + 1;
  }
  span.to = place(next);
  return span;
}

}  // namespace doorward::detect
