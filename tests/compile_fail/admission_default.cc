// There is no empty Admission to fill in later.
// error: no matching function for call to .*Admission::Admission\(\)
#include "core/pipeline.h"

using doorward::core::Admission;

Admission keep(const Admission& admission) {
#ifdef FORBIDDEN
  return Admission();
#else
  return admission;
#endif
}
