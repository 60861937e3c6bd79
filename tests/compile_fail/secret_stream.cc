// A secret can't be put into a stream.
// error: use of deleted function .*operator<<
#include <sstream>

#include "base/secret.h"

std::string text(const doorward::Secret<>& secret) {
  std::ostringstream out;
#ifdef FORBIDDEN
  out << secret;
#else
  out << secret.reveal();
#endif
  return out.str();
}
