#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace doorward {

void panic(std::string_view sentence) {
  std::fprintf(stderr, "doorward: broken invariant: %.*s\n", static_cast<int>(sentence.size()),
               sentence.data());
  std::abort();
}

}  // namespace doorward
