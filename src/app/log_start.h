// Opens the audit log as the configuration says, against what the state folder knows of the run
// before (app/last_run.h).
#pragma once

#include <memory>

#include "app/config/config.h"
#include "app/last_run.h"
#include "audit/log.h"

namespace doorward::app {

struct StartedLog {
  std::unique_ptr<audit::Log> log;
  Restart restart;  // what this start changes; nothing for a log of its own
};

// `goes_on`: it is the one log of the state folder, not that of one `wrap`. Errors: those of
// Log::open, audit.log_gone, audit.rolled_back, audit.forked, reload.waits, secrets.*.
[[nodiscard]] Expected<StartedLog> start_log(const Config& config, const Path& folder,
                                             bool goes_on);

}  // namespace doorward::app
