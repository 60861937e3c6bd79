// Signs off every definition of new servers as it is now: the last step of `doorward init`.
#pragma once

#include "app/config/config.h"

namespace doorward::app {

// Starts each server in its sandbox, lists what it offers and writes doorward.lock, by the same
// command that a person would use. Prints what it said; gives its exit code. `only`: these servers;
// all where it is empty. `unlisted`: those that could not be looked at.
int pin_all(const Config& config, const std::vector<std::string>& only,
            void (*tell)(const std::string&), std::vector<std::string>& unlisted);

}  // namespace doorward::app
