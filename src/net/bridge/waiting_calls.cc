#include "net/bridge/waiting_calls.h"

#include <optional>

namespace doorward::net {

struct WaitingCalls::Place::Counts {
  struct AtServer {
    std::map<std::string, size_t> of;  // principals that have one at least
    size_t all = 0;
  };
  struct State {
    std::map<std::string, size_t> of;
    std::map<std::string, AtServer> at;  // servers where one waits at least
    size_t all = 0;
  };
  Locked<State> state;
};

namespace {
void remove_one(std::map<std::string, size_t>& counts, const std::string& owner) {
  const auto found = counts.find(owner);
  if (--found->second == 0) counts.erase(found);
}
size_t count_of(const std::map<std::string, size_t>& counts, const std::string& owner) {
  const auto found = counts.find(owner);
  return found == counts.end() ? 0 : found->second;
}
}  // namespace

WaitingCalls::WaitingCalls() : counts_(std::make_shared<Place::Counts>()) {}

std::expected<WaitingCalls::Place, WaitingCalls::Full> WaitingCalls::take(
    const std::string& owner, const std::string& server) {
  const auto full = counts_->state.with([&](Place::Counts::State& state) -> std::optional<Full> {
    if (state.all >= kInAll) return Full::all;
    if (count_of(state.of, owner) >= kOfOne) return Full::principal;
    if (const auto at = state.at.find(server); at != state.at.end()) {
      const auto& [of, all] = at->second;
      if (all >= kAtServer || (all >= kAtServer / 2 && count_of(of, owner) >= kFew))
        return Full::server;
    }
    Place::Counts::AtServer& here = state.at[server];
    ++here.of[owner];
    ++here.all;
    ++state.of[owner];
    ++state.all;
    return std::nullopt;
  });
  if (full) return std::unexpected(*full);
  return Place(counts_, owner, server);
}

size_t WaitingCalls::size() const {
  return counts_->state.with([](const Place::Counts::State& state) { return state.all; });
}

void WaitingCalls::Place::leave() {
  if (!counts_) return;
  counts_->state.with([&](Counts::State& state) {
    --state.all;
    remove_one(state.of, owner_);
    const auto here = state.at.find(server_);
    remove_one(here->second.of, owner_);
    if (--here->second.all == 0) state.at.erase(here);
  });
  counts_ = nullptr;
}

}  // namespace doorward::net
