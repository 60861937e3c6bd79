#include "net/in_flight.h"

#include <vector>

namespace doorward::net {

uint64_t InFlight::add(Call call) {
  return state_.with([&](State& state) {
    state.calls.emplace(state.next, std::move(call));
    return state.next++;
  });
}

void InFlight::remove(uint64_t number) {
  state_.with([&](State& state) { state.calls.erase(number); });
}

size_t InFlight::stop(const std::function<bool(const Call&)>& fits, Cancellation::By by) {
  std::vector<Call> meant;
  state_.with([&](State& state) {
    for (const auto& [_, call] : state.calls)
      if (fits(call)) meant.push_back(call);
  });
  for (const Call& call : meant)
    asio::post(call.home, [weak = call.cancellation, by] {
      const auto cancellation = weak.lock();
      if (!cancellation || cancellation->cancelled) return;
      cancellation->by = by;
      cancellation->cancel();
    });
  return meant.size();
}

}  // namespace doorward::net
