#include "net/bridge/waiting_calls.h"

namespace doorward::net {

struct WaitingCalls::Place::Counts {
  struct State {
    std::map<std::string, size_t> of;  // principals that have one at least
    size_t all = 0;
  };
  Locked<State> state;
};

WaitingCalls::WaitingCalls() : counts_(std::make_shared<Place::Counts>()) {}

std::optional<WaitingCalls::Place> WaitingCalls::take(const std::string& owner) {
  const bool taken = counts_->state.with([&](Place::Counts::State& state) {
    if (state.all >= kInAll) return false;
    size_t& own = state.of[owner];
    if (own >= kOfOne) return false;
    ++own;
    ++state.all;
    return true;
  });
  if (!taken) return std::nullopt;
  return Place(counts_, owner);
}

void WaitingCalls::Place::leave() {
  if (!counts_) return;
  counts_->state.with([&](Counts::State& state) {
    const auto found = state.of.find(owner_);
    --state.all;
    if (--found->second == 0) state.of.erase(found);
  });
  counts_ = nullptr;
}

}  // namespace doorward::net
