// The merged endpoint for clients that know no sessions: one for each principal and what its
// requests declare, kept while it is used. Nothing of it is shared between principals (R5.8).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/merged/merged_upstream.h"

namespace doorward::net {

class MergedHeld {
 public:
  explicit MergedHeld(Gateway& gateway) : gateway_(gateway) {}

  // Made at the first request. `request` says what the client can be asked.
  [[nodiscard]] std::shared_ptr<MergedUpstream> take(const core::Principal& principal,
                                                     const wire::Message& request);

  // What new sessions know of others: a server that was too late a moment ago is not waited for.
  void note_start(const std::string& server, bool in_time);
  [[nodiscard]] bool was_late(const std::string& server) const;

 private:
  struct Entry {
    std::shared_ptr<MergedUpstream> merged;
    SteadyTime used{};
  };
  struct State {
    std::shared_ptr<const Routes> routes;  // what is held is for these
    std::map<std::string, Entry> held;
    std::map<std::string, SteadyTime> late;  // servers, by when they were
  };
  Gateway& gateway_;
  Locked<State> state_;
};

}  // namespace doorward::net
