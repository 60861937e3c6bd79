// From an entry of a client's configuration to a server behind Doorward, with the powers that its
// own words ask for and no more.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/onboard/client_file.h"
#include "base/secret.h"

namespace doorward::app {

struct Suggestion {
  std::string name;                                    // below `servers:`
  std::string yaml;                                    // the block, indented by two
  std::map<std::string, Secret<std::string>> secrets;  // values to keep, by their new names
  std::vector<std::string> notes;                      // what a person should know
  std::string refused;  // why it can't be put behind Doorward; "" = it can
  // Its name is made to be taken for another: why, for a person to decide. It can be looked at.
  std::string suspicious;
  std::string package_imitates;  // what the name of its package is nearly, and is not
};

// Installs its package where a runner starts it. `taken` are names already given.
[[nodiscard]] Suggestion suggest(const ClientServer& server, const Path& state,
                                 const std::vector<std::string>& taken);

// A name that the configuration takes: [a-z0-9][a-z0-9_-]{0,23} without `__`.
[[nodiscard]] std::string server_name(std::string_view given,
                                      const std::vector<std::string>& taken);

}  // namespace doorward::app
