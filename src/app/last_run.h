// What a start knows of the run before it: the log's last signed checkpoint and the configuration
// that was in force, both in the state folder. A log that was removed or cut back while nothing ran
// does not begin anew in silence (R8.8), and a restart says what it changes (R8.4).
#pragma once

#include <string>

#include "app/config/config.h"
#include "audit/log.h"

namespace doorward::app {

// The note, or "" where nothing is kept.
[[nodiscard]] std::string last_checkpoint_note(const Path& state);
// Errors: audit.write_failed.
[[nodiscard]] Expected<void> keep_checkpoint(const Path& state, const std::string& note);

// Before the log in `folder` is opened. Errors: audit.log_gone.
[[nodiscard]] Expected<void> log_is_there(const Path& state, const Path& folder);
// After it. Errors: audit.rolled_back, audit.forked.
[[nodiscard]] Expected<void> log_goes_on(const Path& state, const Path& folder,
                                         const audit::Log& log);

// Calls that were let through by a run that ended before their answer get an outcome, `unknown`:
// what they did nobody can say from here. How many there were.
size_t close_open_calls(const Path& folder, audit::Log& log);

// What was in force last, against `now`.
struct Restart {
  bool known = false;   // nothing is kept at a first start
  std::string lowered;  // what of the log, or of what protects, is less than before; "" = nothing
  std::string before_hash, before, after;  // lines that changed
};
// Errors: reload.waits (with `admin.two_person` this takes a second person, whom only a running
// gateway can ask).
[[nodiscard]] Expected<Restart> restart_of(const Config& now);
// Errors: audit.write_failed.
[[nodiscard]] Expected<void> keep_configuration(const Config& now);

}  // namespace doorward::app
