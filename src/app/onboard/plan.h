// What `doorward init` is about to do: the servers of all client files, as one configuration.
#pragma once

#include <string>
#include <vector>

#include "app/onboard/client_file.h"
#include "app/onboard/suggest.h"

namespace doorward::app {

struct PlannedServer {
  Suggestion suggestion;
  // The same server may stand in several clients' files.
  std::vector<std::pair<size_t, ClientServer>> places;  // index of the file, and its entry
};

struct InitPlan {
  std::vector<ClientFile> files;
  std::vector<PlannedServer> servers;
  size_t already = 0;  // entries that start Doorward
};

// Installs packages where needed; `tell` is called before each step that may take a while.
[[nodiscard]] InitPlan plan_init(std::vector<ClientFile> files, const Path& state,
                                 void (*tell)(const std::string&));

// The text of doorward.yaml. `secret_folder` is where the values of secrets are kept.
[[nodiscard]] std::string configuration_text(const InitPlan& plan, const Path& secret_folder);

}  // namespace doorward::app
