#include "net/watchdog.h"

#include <vector>

namespace doorward::net {

using std::chrono::steady_clock;

Watchdog::Watch::Watch(Watchdog& dog, std::function<void()> bite)
    : pack_(dog.watches_), bite_(std::move(bite)) {
  pack_->push_front(this);
  place_ = pack_->begin();
}

Watchdog::Watch::~Watch() {
  pack_->erase(place_);
}

void Watchdog::start() {
  asio::co_spawn(timer_.get_executor(), sweep(), asio::detached);
}

Task<> Watchdog::sweep() {
  while (!stopped_) {
    timer_.expires_after(std::chrono::milliseconds(100));
    co_await timer_.async_wait(kTuple);
    const auto now = steady_clock::now();
    const Pressed pressed = pressed_ ? pressed_() : Pressed{};
    for (Watch* watch : *watches_) {
      const bool due = watch->deadline_ <= now ||
                       (pressed.requests && watch->for_requests_ <= now) ||
                       (pressed.answers && watch->for_answers_ <= now);
      if (watch->bitten_ || !due) continue;
      watch->bitten_ = true;
      watch->bite_();  // closes a socket: completions are posted, never run from here
    }
  }
}

}  // namespace doorward::net
