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

// A bounded set of fingerprints, each with the call that it came from. What came last is there; of
// what is older every second one is kept when it is full, then every fourth: of very much text
// longer copies are still seen.
class Fingerprints {
 public:
  explicit Fingerprints(size_t slots = 5'440) : size_(slots - slots / 3), recent_(slots / 3) {}
  void add(uint32_t print, uint16_t call);
  // The call, or -1.
  [[nodiscard]] int find(uint32_t print) const;
  [[nodiscard]] bool empty() const { return prints_.empty(); }
  // Whether this one is kept for long; of the others it can't be said that they never were there.
  [[nodiscard]] bool keeps(uint32_t print) const { return (print & rare_) == 0; }
  [[nodiscard]] size_t bytes() const { return prints_.capacity() * 4 + calls_.capacity() * 2; }

 private:
  [[nodiscard]] bool place(uint32_t print, uint16_t call);
  static constexpr size_t kProbe = 8;
  static constexpr uint32_t kRarest = 0xFF;
  size_t size_;
  size_t recent_;      // slots behind those, for what came last
  uint32_t rare_ = 0;  // bits that have to be zero
  std::vector<uint32_t> prints_;
  std::vector<uint16_t> calls_;  // and one; 0: nothing stands there
};

}  // namespace doorward::policy::flow
