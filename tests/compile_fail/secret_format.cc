// A secret can't be formatted.
// error: (formatter|formattable)
#include <fmt/format.h>

#include "base/secret.h"

std::string text(const doorward::Secret<>& secret) {
#ifdef FORBIDDEN
  return fmt::format("{}", secret);
#else
  return fmt::format("{}", secret.reveal());
#endif
}
