// Only the pipeline admits: nobody else can say that a request passed the accept stage.
// error: Admission::Admission\(doorward::core::Principal, doorward::core::Credential\)'? is private
#include "core/pipeline.h"

using namespace doorward::core;

const Principal& admitted(const Admission& admission) {
#ifdef FORBIDDEN
  const Admission forged(Principal{.user = "root"}, Credential{});
  return forged.principal();
#else
  return admission.principal();
#endif
}
