// Servers that were stopped because they tried what no honest one does (R10.8). Kept in the state
// folder, so that a restart does not forgive; a person releases them. Any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/locked.h"

namespace doorward::sandbox {

class Quarantine {
 public:
  // Reads what stands in `state/quarantine`; a file that can't be read stops its server all the
  // same.
  explicit Quarantine(const std::filesystem::path& state);

  // Why `server` is stopped; nothing where it is not.
  [[nodiscard]] std::optional<std::string> reason(std::string_view server) const;
  // Stops it, in memory at once. Errors: state.unusable (it won't be known after a restart).
  Expected<void> add(const std::string& server, std::string why);
  // Counts that `server` went over a limit; true when that was the third time within an hour.
  [[nodiscard]] bool hit_limit(const std::string& server,
                               std::chrono::steady_clock::time_point now);
  // False where it was not stopped. What it wrote on disk before is forgiven too. Errors:
  // state.unusable.
  [[nodiscard]] Expected<bool> release(const std::string& server);
  [[nodiscard]] std::map<std::string, std::string, std::less<>> all() const;

 private:
  const std::filesystem::path folder_;
  const std::filesystem::path disk_;  // what each has written: launcher/disk.h
  Locked<std::map<std::string, std::vector<std::chrono::steady_clock::time_point>, std::less<>>>
      hits_;
  Locked<std::map<std::string, std::string, std::less<>>> stopped_;
};

}  // namespace doorward::sandbox
