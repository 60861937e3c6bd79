// Two secrets are compared in constant time or not at all.
// error: use of deleted function .*operator==
#include "base/secret.h"

bool same(const doorward::Secret<>& a, const doorward::Secret<>& b) {
#ifdef FORBIDDEN
  return a == b;
#else
  return a.equals(b.reveal());
#endif
}
