// What outlives the process: small records by kind and key, changed in transactions. One machine
// keeps them in SQLite; a fleet in a server that all share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace doorward::core {

// The records as one transaction sees them; nobody else's changes fall in between. Where a record
// can't be read or written the transaction fails as a whole, whatever its work returns.
class Records {
 public:
  Records() = default;
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  virtual ~Records() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view kind,
                                                       std::string_view key) = 0;
  virtual void put(std::string_view kind, std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view kind, std::string_view key) = 0;
  // Key and value of all records of a kind, in the order of the keys.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> all(
      std::string_view kind) = 0;
};

class Store {
 public:
  using Work = std::function<Expected<void>(Records&)>;
  using Done = std::function<void(Expected<void>)>;
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Runs `work` on the store's own thread; its changes are on disk when `done` is told so, on that
  // thread, and undone when `work` fails. Errors: store.failed, and those of `work`.
  virtual void transact(Work work, Done done) = 0;
  // The same, waiting for it. Never on the store's thread.
  [[nodiscard]] Expected<void> run(Work work);
  // Ends the thread: what was asked for before is done, what comes after fails.
  virtual void stop() = 0;
};

}  // namespace doorward::core
