// Which audit logs a command means, and the key that their checkpoints are checked with.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "audit/checkpoint.h"

namespace doorward::app {

// The state folder of the configuration; without a configuration that of the built-in starter
// policy, which `wrap` uses then. Errors: those of load_config.
[[nodiscard]] Expected<Path> state_folder(const CommonOptions& common);

// `<state>/audit` where it is there, then that of each `wrap` process, oldest first.
[[nodiscard]] std::vector<Path> log_folders(const Path& state);

// The same, and where a log has to be though it is gone: of a gateway that ran there, of a `wrap`
// process whose folder is there, or that another log names.
[[nodiscard]] std::vector<Path> expected_logs(const Path& state);
// `folder` where it is given; otherwise `<state>/audit`, or the newest of `wrap` where no gateway
// ran. Errors: audit.no_log, those of load_config.
[[nodiscard]] Expected<Path> one_log_folder(const CommonOptions& common, const std::string& folder);

// `given`: a vkey line, or a file that holds one; "" is the folder's own `key.pub`.
// Errors: audit.key_missing, audit.key_syntax, audit.read_failed, config.unreadable.
[[nodiscard]] Expected<audit::PublicKey> log_key(const Path& folder, const std::string& given);

// All keys that may have signed it: those of the folder's changes of key too; of a file each line.
[[nodiscard]] Expected<std::vector<audit::PublicKey>> log_keys(const Path& folder,
                                                               const std::string& given);

// Tells a fault and gives its exit code: 1 where the log is not what it should be, 2 for the
// configuration, 3 where nothing could be read.
int tell_of_log(const Error& error);

}  // namespace doorward::app
