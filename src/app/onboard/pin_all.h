// Signs off every definition as it is now: the last step of `doorward init`.
#pragma once

#include "app/config/config.h"

namespace doorward::app {

// Starts each server in its sandbox, lists what it offers and writes doorward.lock, by the same
// command that a person would use. Prints what it said; gives its exit code.
int pin_all(const Config& config, void (*tell)(const std::string&),
            std::vector<std::string>& unlisted);

}  // namespace doorward::app
