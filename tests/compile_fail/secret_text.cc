// A secret doesn't turn into a text by itself.
// error: no match for 'operator\+'|invalid initialization|could not convert
#include "base/secret.h"

std::string header(const doorward::Secret<>& secret) {
#ifdef FORBIDDEN
  return "Bearer " + secret;
#else
  return "Bearer " + secret.reveal();
#endif
}
