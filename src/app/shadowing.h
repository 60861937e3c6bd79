// Definitions that speak of other tools: a description that says what happens to the calls of
// another server's tool takes part in every call of it, without ever being called itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/scan.h"

namespace doorward::app {

// What the definitions of each server say about tools of the others (all entries that were listed),
// and about tools that nobody here has but that they call tools. High where calls of the other are
// to be made otherwise; medium where it is talked down. A mere mention is no finding.
[[nodiscard]] std::vector<ScanFinding> shadowing(const Entries& entries);

}  // namespace doorward::app
