// Permits are settled, not taken out and dropped.
// error: held_'? is private
#include "core/pipeline.h"

void end(doorward::core::Permits& permits) {
#ifdef FORBIDDEN
  permits.held_.clear();
#else
  permits.settle({});
#endif
}
