// Looking for a run of words in the index of a task. Internal to it.
#pragma once

#include <algorithm>

#include "policy/flow/index.h"
#include "policy/flow/index_hash.h"

namespace doorward::policy::flow {

// Calls visit(segment, first word) for every run of words like `value`'s, newest first.
template <class Visit>
void TaskIndex::find(const Words& value, Visit visit) const {
  if (value.empty() || buckets_.empty()) return;
  // By its rarest word.
  size_t anchor = 0;
  uint16_t rarest = UINT16_MAX;
  for (size_t i = 0; i < value.size(); ++i) {
    const uint16_t count = counts_[bucket_of(value[i].hash, kBuckets)];
    if (count == 0) return;
    if (count < rarest) {
      rarest = count;
      anchor = i;
    }
  }
  int steps = 600;                 // what stands in more places than that is no telling value
  size_t last = segments_.size();  // the segment found last: those before it are looked through
  for (uint32_t at = buckets_[bucket_of(value[anchor].hash, kBuckets)]; at != kNone && --steps > 0;
       at = before_[at]) {
    if (words_[at] != value[anchor].hash || at < anchor) continue;
    const uint32_t first = at - static_cast<uint32_t>(anchor);
    if (first + value.size() > words_.size()) continue;
    bool alike = true;
    for (size_t i = 0; alike && i < value.size(); ++i) alike = words_[first + i] == value[i].hash;
    if (!alike) continue;
    // Newest first, so that many words of one segment follow each other.
    if (last == segments_.size() || first < segments_[last].first) {
      const auto behind =
          std::upper_bound(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(last),
                           first, [](uint32_t word, const Segment& s) { return word < s.first; });
      last = static_cast<size_t>(behind - segments_.begin()) - 1;
    }
    if (first + value.size() <= end_of(last)) visit(last, first);
  }
}

}  // namespace doorward::policy::flow
