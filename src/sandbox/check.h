// Plans that no sandbox may run (R10.2, R10.4), as a pure function of the plan's text.
#pragma once

#include "base/error.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

// Refuses: a bad name, an empty command, NUL bytes, relative or unnormal paths, mounts of the whole
// root, of kernel file systems, devices, container sockets (where sockets can be used also of their
// folders), of what makes somebody root, of Doorward's own state, written system folders, two
// mounts at one place, places that the sandbox itself needs, variables that change how programs are
// loaded, bad hosts and ports, limits of zero. Errors: sandbox.plan, client fault.
[[nodiscard]] Expected<void> check(const LaunchPlan& plan);

}  // namespace doorward::sandbox
