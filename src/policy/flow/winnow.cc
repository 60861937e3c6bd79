#include "policy/flow/winnow.h"

#include <algorithm>

namespace doorward::policy::flow {

void winnow(std::span<const Word> words, std::vector<uint32_t>& into) {
  if (words.size() < kGramWords) return;
  const size_t grams = words.size() - kGramWords + 1;
  uint32_t window[kWindow] = {};
  size_t last = SIZE_MAX;  // the gram that was kept last
  for (size_t i = 0; i < grams; ++i) {
    uint32_t hash = 0x9E3779B9U;
    for (size_t k = 0; k < kGramWords; ++k) hash = (hash ^ words[i + k].hash) * 0x85EBCA6BU;
    window[i % kWindow] = hash ^ (hash >> 13U);
    if (i + 1 < kWindow && i + 1 < grams) continue;
    size_t smallest = i;
    for (size_t back = 1; back < kWindow && back <= i; ++back)
      if (window[(i - back) % kWindow] < window[smallest % kWindow]) smallest = i - back;
    if (smallest == last) continue;
    last = smallest;
    into.push_back(window[smallest % kWindow]);
  }
}

bool Fingerprints::place(uint32_t print, uint16_t call) {
  for (size_t probe = 0; probe < kProbe; ++probe) {
    const size_t slot = ((print >> 8U) + probe) % size_;
    if (calls_[slot] != 0 && prints_[slot] != print) continue;
    prints_[slot] = print;
    calls_[slot] = static_cast<uint16_t>(call + 1);
    return true;
  }
  return false;
}

void Fingerprints::add(uint32_t print, uint16_t call) {
  if (prints_.empty()) {
    prints_.resize(size_ + recent_);
    calls_.resize(size_ + recent_);
  }
  const size_t last = size_ + (print >> 8U) % recent_;
  prints_[last] = print;
  calls_[last] = static_cast<uint16_t>(call + 1);
  while (keeps(print) && !place(print, call)) {
    if (rare_ == kRarest) {
      prints_[(print >> 8U) % size_] = print;
      calls_[(print >> 8U) % size_] = static_cast<uint16_t>(call + 1);
      return;
    }
    rare_ = rare_ * 2 + 1;
    const std::vector<uint32_t> prints(prints_.begin(),
                                       prints_.begin() + static_cast<std::ptrdiff_t>(size_));
    const std::vector<uint16_t> calls(calls_.begin(),
                                      calls_.begin() + static_cast<std::ptrdiff_t>(size_));
    std::fill_n(calls_.begin(), size_, uint16_t{0});
    for (size_t i = 0; i < size_; ++i)
      if (calls[i] != 0 && keeps(prints[i]))
        static_cast<void>(place(prints[i], static_cast<uint16_t>(calls[i] - 1)));
  }
}

int Fingerprints::find(uint32_t print) const {
  if (prints_.empty()) return -1;
  const size_t last = size_ + (print >> 8U) % recent_;
  if (calls_[last] != 0 && prints_[last] == print) return calls_[last] - 1;
  for (size_t probe = 0; probe < kProbe; ++probe) {
    const size_t slot = ((print >> 8U) + probe) % size_;
    if (calls_[slot] != 0 && prints_[slot] == print) return calls_[slot] - 1;
  }
  return -1;
}

}  // namespace doorward::policy::flow
