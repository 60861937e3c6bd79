#include "identity/task_handles.h"

#include <algorithm>

namespace doorward::identity {

namespace {

// The length keeps server and principal apart.
std::string key_of(std::string_view principal, std::string_view server) {
  std::string key = std::to_string(server.size());
  return key.append(":").append(server).append(principal);
}

}  // namespace

void TaskHandles::give(std::string_view principal, std::string_view server,
                       std::string_view handle) {
  const Sha256 digest = sha256(handle);
  state_.with([&](State& state) {
    Owner& owner = state.owners[key_of(principal, server)];
    owner.used = ++state.clock;
    if (std::ranges::find(owner.handles, digest) == owner.handles.end())
      owner.handles.push_back(digest);
    if (owner.handles.size() > limits_.of_each) owner.handles.pop_front();
    if (state.owners.size() <= limits_.owners) return;
    state.owners.erase(std::ranges::min_element(
        state.owners, {}, [](const auto& entry) { return entry.second.used; }));
  });
}

bool TaskHandles::has(std::string_view principal, std::string_view server,
                      std::string_view handle) const {
  const Sha256 digest = sha256(handle);
  return state_.with([&](const State& state) {
    const auto owner = state.owners.find(key_of(principal, server));
    return owner != state.owners.end() &&
           std::ranges::find(owner->second.handles, digest) != owner->second.handles.end();
  });
}

}  // namespace doorward::identity
