// A refusal that a person may lift.
#pragma once

#include "core/verdict.h"

namespace doorward::policy {

// The same reason, held: its first sentence says why, then whom it waits for.
[[nodiscard]] core::Verdict held_for_a_person(core::Verdict refusal);

}  // namespace doorward::policy
