// Fingerprints of longer content by winnowing (Schleimer, Wilkerson, Aiken 2003): of every window
// of some hashes of five words the smallest is kept, so that any run of eight words that two texts
// share is seen, whatever stands around it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

inline constexpr size_t kGramWords = 5;
inline constexpr size_t kWindow = 4;

void winnow(std::span<const Word> words, std::vector<uint32_t>& into);

// A bounded, forgetful set of fingerprints, each with the call that it came from.
class Fingerprints {
 public:
  void add(uint32_t print, uint16_t call);
  // The call, or -1.
  [[nodiscard]] int find(uint32_t print) const;
  [[nodiscard]] bool empty() const { return slots_.empty(); }
  [[nodiscard]] size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    uint32_t print = 0;
    uint16_t call = 0;
    uint16_t used = 0;
  };
  static constexpr size_t kSlots = 4096;
  static constexpr size_t kProbe = 8;  // then the first of them is forgotten
  std::vector<Slot> slots_;
};

}  // namespace doorward::policy::flow
