// How an operator takes servers from state to state (R11.5): what has to be true for each step.
#pragma once

#include "app/instance.h"

namespace doorward::app {

// To `scanned`: looks at what the server showed last, against what all servers showed. Errors:
// catalog.findings, with the high ones in words; catalog.unseen, when it showed nothing;
// catalog.state_skipped.
[[nodiscard]] Expected<void> scanned(Instance& instance, std::string_view server);

// Before something of a server is signed: where servers pass all states, it is scanned first.
// Errors: those of `scanned`; catalog.state_skipped for one that is revoked.
[[nodiscard]] Expected<void> ready_to_sign(Instance& instance, std::string_view server);

// To any state that a person may ask for. Errors: as above.
[[nodiscard]] Expected<void> to_state(Instance& instance, std::string_view server,
                                      catalog::ServerState state);

// Takes servers on as far as they get by themselves; saves where one moved.
void settle_states(Instance& instance);

}  // namespace doorward::app
