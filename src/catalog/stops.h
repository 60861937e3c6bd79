// What an operator stopped: one tool, a server, a principal, or everything (R11.6). Kept in a file
// of the state folder, so that a restart does not forgive; lifted by an operator. Any thread.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/locked.h"

namespace doorward::catalog {

// With none of the three it stops everything. A tool is named with its server.
struct Stop {
  std::string server, tool, principal;
  std::string by, at, why;

  [[nodiscard]] bool covers(std::string_view server, std::string_view tool,
                            std::string_view principal) const;
  [[nodiscard]] bool same_place(const Stop& other) const {
    return server == other.server && tool == other.tool && principal == other.principal;
  }
};

class Stops {
 public:
  // `path` "" keeps them in memory. A file that can't be read stops everything: better that than
  // to forget what was stopped.
  explicit Stops(std::string path);

  // In force at once, also where the file can't be written. Errors: catalog.lock_io.
  Expected<void> add(Stop stop);
  // False when there was none. Errors: catalog.lock_io.
  [[nodiscard]] Expected<bool> lift(const Stop& stop);
  [[nodiscard]] bool stops(std::string_view server, std::string_view tool,
                           std::string_view principal) const;
  [[nodiscard]] std::vector<Stop> all() const;

 private:
  [[nodiscard]] Expected<void> save() const;
  const std::string path_;
  std::atomic<bool> any_{false};
  Locked<std::vector<Stop>> stops_;
};

}  // namespace doorward::catalog
