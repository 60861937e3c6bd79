#include "policy/flow/winnow.h"

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

void Fingerprints::add(uint32_t print, uint16_t call) {
  if (slots_.empty()) slots_.resize(kSlots);
  for (size_t probe = 0; probe < kProbe; ++probe) {
    Slot& slot = slots_[(print + probe) % kSlots];
    if (slot.used != 0 && slot.print != print) continue;
    slot = {print, call, 1};
    return;
  }
  slots_[print % kSlots] = {print, call, 1};
}

int Fingerprints::find(uint32_t print) const {
  if (slots_.empty()) return -1;
  for (size_t probe = 0; probe < kProbe; ++probe) {
    const Slot& slot = slots_[(print + probe) % kSlots];
    if (slot.used != 0 && slot.print == print) return slot.call;
  }
  return -1;
}

}  // namespace doorward::policy::flow
