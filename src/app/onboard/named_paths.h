// Files and folders that a client's entry names: in the values of its variables and among its
// words. What the server had before it moves behind Doorward it has afterwards, and no more.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/config/config.h"

namespace doorward::app {

// Never handed out because somebody named it: too much lies below it.
[[nodiscard]] bool is_too_wide(const Path& folder);

struct NamedPaths {
  std::vector<std::string> notes;
  std::string refused;  // what it would lose behind Doorward; "" = nothing
};
// Adds mounts to `server` for the absolute paths among the values of `environment` (a folder, or a
// file, that it may change) and for files among its words (which it reads). `keeps` is the variable
// that names where the server keeps its data: the folder of that file is handed over. The system's
// folders and those where credentials lie by custom are not handed over, which is told.
[[nodiscard]] NamedPaths mount_named_paths(Server& server,
                                           const std::map<std::string, std::string>& environment,
                                           std::string_view keeps);

}  // namespace doorward::app
