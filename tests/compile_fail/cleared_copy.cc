// A Cleared is sent once; sending it again is said aloud, with `again`.
// error: use of deleted function .*Cleared\(const .*Cleared&\)
#include "core/cleared.h"

using doorward::core::Cleared;

Cleared twice(const Cleared& first) {
#ifdef FORBIDDEN
  return first;
#else
  return first.again();
#endif
}
