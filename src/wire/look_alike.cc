// Member names that one reader takes for a known one and another does not: `Method`, `ſampling`,
// `nаme` with a zero-width joiner. Go's encoding/json, for one, matches without regard to case.
#include <algorithm>
#include <array>
#include <iterator>

#include "wire/json.h"
#include "wire/json_scan.h"

namespace doorward::wire {
namespace {

// Characters first, first + step, ... last fold to target, target + step, ...; to nothing when
// target is 0.
struct Run {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  uint32_t target;
};
constexpr Run kRuns[] = {
#include "wire/name_folding.inc"
};

constexpr char32_t kIgnored = 0;
constexpr char32_t kBadByte = 0x110000;  // a byte that is no UTF-8 is like no character

char32_t fold(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  const auto* const run = std::lower_bound(std::begin(kRuns), std::end(kRuns), c,
                                           [](const Run& r, char32_t x) { return r.last < x; });
  if (run == std::end(kRuns) || c < run->first || (c - run->first) % run->step != 0) return c;
  return run->target == 0 ? kIgnored : run->target + (c - run->first);
}

// The folded characters of a name, one by one; 0 behind the last.
class Folded {
 public:
  explicit Folded(std::string_view name) : p_(name.data()), end_(p_ + name.size()) {}
  char32_t next() {
    while (p_ != end_) {
      const int length = scan::utf8_length(p_, end_);
      const char32_t c =
          length == 0 ? kBadByte + static_cast<uint8_t>(*p_) : fold(scan::utf8_value(p_, length));
      p_ += std::max(length, 1);
      if (c != kIgnored) return c;
    }
    return 0;
  }

 private:
  const char* p_;
  const char* end_;
};

}  // namespace

bool is_look_alike_name(std::string_view a, std::string_view known) {
  if (a == known) return false;
  Folded x(a);
  Folded y(known);
  for (;;) {
    const char32_t c = x.next();
    if (c != y.next()) return false;
    if (c == 0) return true;
  }
}

}  // namespace doorward::wire
