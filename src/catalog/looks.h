// When the lists of a server were last looked at, for each session with it, and what stood in them
// then: a server may show less to some. A look is stale when it is older than `catalog.recheck`,
// and when the server said since that its lists changed. What was missing is soon looked for again.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "catalog/definition.h"

namespace doorward::catalog {

class Looks {
 public:
  // `viewer`: the session, or the principal where there are no sessions. `name` is the one that is
  // about to be used; "" for none.
  [[nodiscard]] bool is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                              SteadyTime now, std::chrono::milliseconds recheck,
                              std::string_view name = {}) const;
  // A look starts now; give the number to `looked`. A change that is announced meanwhile counts.
  [[nodiscard]] uint64_t begin(std::string_view server) const;
  void looked(std::string_view server, std::string_view viewer, DefinitionKind kind,
              SteadyTime began, uint64_t number, std::vector<std::string> names);
  // A whole list that passed through to this viewer shows just these.
  void showed(std::string_view server, std::string_view viewer, DefinitionKind kind,
              std::vector<std::string> names);
  // This viewer was shown a list, and the name is not in the last one.
  [[nodiscard]] bool is_gone(std::string_view server, std::string_view viewer, DefinitionKind kind,
                             std::string_view name) const;
  // The server announced a change, or its pins are others now: all looks at it are stale.
  void changed(std::string_view server);

 private:
  using Names = std::vector<std::string>;  // sorted
  struct Look {
    SteadyTime at{};
    uint64_t number = 0;
    std::shared_ptr<const Names> names;  // null: no list was seen
  };
  struct State {
    std::unordered_map<std::string, Look> looks;
    std::unordered_map<std::string, uint64_t> changes;
    // The newest list of each server and kind: most viewers see the same, and share it.
    std::unordered_map<std::string, std::shared_ptr<const Names>> newest;
    size_t names_made = 0;  // since all were forgotten
  };
  static std::shared_ptr<const Names> shared(State& state, std::string of, Names names);
  static Look& look_at(State& state, std::string key);
  Locked<State> state_;
};

}  // namespace doorward::catalog
