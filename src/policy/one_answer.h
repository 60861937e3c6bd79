// The one answer to a call of what is hidden, unknown or forbidden: who may not use a thing does
// not learn whether it is there (R3.1).
#pragma once

#include "core/verdict.h"

namespace doorward::policy {

[[nodiscard]] inline core::Verdict not_available() {
  return core::deny("privilege.denied", "R9.1",
                    "This is not available to you here. Don't repeat the call; use what the lists "
                    "show, or ask the person who runs Doorward for a rule that allows it.");
}

}  // namespace doorward::policy
