// When the lists of a server were last looked at, for each session with it. A look is stale when it
// is older than `catalog.recheck`, and when the server said since that its lists changed.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/locked.h"
#include "catalog/definition.h"

namespace doorward::catalog {

class Looks {
 public:
  // `viewer`: the session, or the principal where there are no sessions.
  [[nodiscard]] bool is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                              SteadyTime now, std::chrono::milliseconds recheck) const;
  // A look starts now; give the number to `looked`. A change that is announced meanwhile counts.
  [[nodiscard]] uint64_t begin(std::string_view server) const;
  void looked(std::string_view server, std::string_view viewer, DefinitionKind kind,
              SteadyTime began, uint64_t number);
  // The server announced a change, or its pins are others now: all looks at it are stale.
  void changed(std::string_view server);

 private:
  struct Look {
    SteadyTime at{};
    uint64_t number = 0;
  };
  struct State {
    std::unordered_map<std::string, Look> looks;
    std::unordered_map<std::string, uint64_t> changes;
  };
  Locked<State> state_;
};

}  // namespace doorward::catalog
