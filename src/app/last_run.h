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

// The newest folder of a `wrap` process but that one; "" where there is none. Each log begins with
// the name of the one before it, so that one that is gone is missed.
[[nodiscard]] std::string newest_wrap(const Path& state, const std::string& besides = {});
inline constexpr std::string_view kBeside = "logtamper.log_beside";

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

// What the log's own entries of a start and of a reload say of the configuration that they put in
// force. Whoever can remove or change the file that `restart_of` reads can't change these.
[[nodiscard]] std::string in_force_text(const Config& now);
struct InForce {
  std::string hash;         // of the configuration
  std::string kept;         // digest of the file that is kept of it; "" where an older Doorward ran
  bool two_person = false;  // it asked a second person for changes
};
// Of the last of those entries; nothing where the log holds none.
[[nodiscard]] std::optional<InForce> last_in_force(const Path& folder, const audit::PublicKey& key);
// `restart` where what is kept is what the log says; otherwise what was in force is not known any
// more, and the restart says that it lowers. Errors: reload.waits, where the log says that a change
// takes a second person, and `now` is a change.
[[nodiscard]] Expected<Restart> restart_by_log(const Config& now, Restart restart,
                                               const std::optional<InForce>& logged);

}  // namespace doorward::app
