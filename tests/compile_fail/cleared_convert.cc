// A text never turns into Cleared by itself.
// error: could not convert .* to '?doorward::core::Cleared
#include "core/cleared.h"

using doorward::core::Cleared;

size_t sent(Cleared cleared) {
  return cleared.size();
}

size_t send() {
#ifdef FORBIDDEN
  return sent(std::string("{}"));
#else
  return sent(Cleared::nothing());
#endif
}
