#include "app/log_start.h"

#include <filesystem>

#include "app/instance.h"
#include "app/secrets.h"

namespace doorward::app {

namespace {

// Where the log's keys are named they come from there, not from the state folder.
Expected<void> name_log_keys(const Config& config, audit::LogOptions& options) {
  for (const auto& [ref, out] : {std::pair(&config.audit.key, &options.key),
                                 std::pair(&config.audit.previous_key, &options.previous_key)}) {
    if (!*ref) continue;
    auto key = read_secret(config, ref->name);
    if (!key) return std::unexpected(std::move(key).error().within("audit"));
    *out = std::move(*key);
  }
  return {};
}

Expected<audit::LogOptions> log_options(const Config& config, const Path& folder, bool goes_on) {
  audit::LogOptions options;
  options.folder = folder.string();
  options.durability = config.audit.durability == Durability::entry ? audit::Durability::strict
                                                                    : audit::Durability::batch;
  options.heartbeat = config.audit.heartbeat;
  // Each `wrap` has a log of its own, which is short most of the time.
  if (!goes_on) options.segment_bytes = 1024 * 1024;
  options.on_failure = [](const Error& error) {
    log_line("audit log: " + error.what +
             "; every request is refused, and nothing that an operator does takes "
             "effect. Make room where the log lies, then restart Doorward");
  };
  if (auto keys = name_log_keys(config, options); !keys)
    return std::unexpected(std::move(keys).error());
  return options;
}

}  // namespace

Expected<StartedLog> start_log(const Config& config, const Path& folder, bool goes_on) {
  StartedLog out;
  auto options = log_options(config, folder, goes_on);
  if (!options) return std::unexpected(std::move(options).error());
  if (goes_on) {
    auto restart = restart_of(config);
    if (!restart) return std::unexpected(std::move(restart).error());
    out.restart = std::move(*restart);
    if (auto there = log_is_there(config.state, folder); !there)
      return std::unexpected(std::move(there).error());
  }
  // Not before: an empty folder would be in the way of a log that is put back.
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  auto log = audit::Log::open(std::move(*options));
  if (!log) return std::unexpected(std::move(log).error().within("audit log"));
  if (goes_on) {
    if (auto same = log_goes_on(config.state, folder, **log); !same)
      return std::unexpected(std::move(same).error());
    auto known =
        restart_by_log(config, std::move(out.restart), last_in_force(folder, (*log)->public_key()));
    if (!known) return std::unexpected(std::move(known).error());
    out.restart = std::move(*known);
    if (const size_t open = close_open_calls(folder, **log); open > 0)
      log_line("audit log: " + std::to_string(open) +
               " calls of the last run have no answer; their outcome is `unknown` now");
  }
  for (const auto& repair : (*log)->repairs()) log_line("audit log: " + repair);
  out.log = std::move(*log);
  return out;
}

}  // namespace doorward::app
