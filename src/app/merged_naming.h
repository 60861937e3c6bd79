// The names of the merged endpoint for `net`, by the rules of the catalogue.
#pragma once

#include "net/merged/naming.h"

namespace doorward::app {

[[nodiscard]] net::Naming merged_naming();

}  // namespace doorward::app
