// Servers that were stopped because they tried what no honest one does (R10.8). Kept in the state
// folder, so that a restart does not forgive; a person releases them. Any thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/locked.h"

namespace doorward::sandbox {

class Quarantine {
 public:
  // Reads what stands in `state/quarantine`; a file that can't be read stops its server all the
  // same.
  explicit Quarantine(std::filesystem::path state);

  // Why `server` is stopped; nothing where it is not.
  [[nodiscard]] std::optional<std::string> reason(std::string_view server) const;
  // Stops it, in memory at once. Errors: state.unusable (it won't be known after a restart).
  Expected<void> add(const std::string& server, std::string why);
  // False where it was not stopped. Errors: state.unusable.
  [[nodiscard]] Expected<bool> release(const std::string& server);
  [[nodiscard]] std::map<std::string, std::string, std::less<>> all() const;

 private:
  const std::filesystem::path folder_;
  Locked<std::map<std::string, std::string, std::less<>>> stopped_;
};

}  // namespace doorward::sandbox
