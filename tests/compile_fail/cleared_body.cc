// The bytes of a Cleared are read, never written.
// error: body_'? is private
#include "core/cleared.h"

std::string_view body(doorward::core::Cleared& cleared) {
#ifdef FORBIDDEN
  cleared.body_ = "{}";
#endif
  return cleared.body();
}
