#include "net/merged/merged_held.h"

#include <algorithm>

#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr size_t kHeld = 256;
constexpr std::chrono::minutes kIdle{10};
constexpr std::chrono::minutes kLateFor{1};
}  // namespace

void MergedHeld::note_start(const std::string& server, bool in_time) {
  state_.with([&](State& state) {
    if (in_time)
      state.late.erase(server);
    else
      state.late[server] = steady_clock::now();
  });
}

bool MergedHeld::was_late(const std::string& server) const {
  return state_.with([&](const State& state) {
    const auto found = state.late.find(server);
    return found != state.late.end() && steady_clock::now() - found->second < kLateFor;
  });
}

std::shared_ptr<MergedUpstream> MergedHeld::take(const core::Principal& principal,
                                                 const wire::Message& request) {
  const std::string key = principal.key() + "\n" + session_capabilities(request);
  const auto routes = gateway_.routes.take();
  const auto now = steady_clock::now();
  return state_.with([&](State& state) {
    if (state.routes != routes) state.held.clear();
    state.routes = routes;
    std::erase_if(state.held, [&](const auto& entry) { return now - entry.second.used > kIdle; });
    if (state.held.size() >= kHeld && !state.held.contains(key))
      state.held.erase(std::min_element(
          state.held.begin(), state.held.end(),
          [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
    Entry& entry = state.held[key];
    if (!entry.merged)
      entry.merged = std::make_shared<MergedUpstream>(gateway_, routes, principal,
                                                      session_capabilities(request));
    entry.used = now;
    return entry.merged;
  });
}

}  // namespace doorward::net
