// A Cleared can't be overwritten with a copy of another.
// error: use of deleted function .*Cleared::operator=\(const .*Cleared&\)
#include "core/cleared.h"

using doorward::core::Cleared;

void assign(Cleared& to, Cleared& from) {
#ifdef FORBIDDEN
  to = from;
#else
  to = std::move(from);
#endif
}
