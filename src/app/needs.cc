#include "app/needs.h"

#include "limits/places.h"

namespace doorward::app {

namespace {

using net::Task;

// Used on the waiting coroutine's own thread.
struct Alarm {
  explicit Alarm(const net::asio::any_io_executor& executor) : timer(executor) {}
  net::asio::steady_timer timer;
  bool rang = false;
};

Task<std::string> place(std::shared_ptr<limits::Ledger> ledger, std::string key) {
  constexpr std::chrono::seconds kShort(1);
  const auto need = limits::PlaceNeed::parse(key);
  if (!need) co_return std::string(limits::kPlaceNone);
  const net::asio::any_io_executor executor = co_await net::asio::this_coro::executor;
  const auto alarm = std::make_shared<Alarm>(executor);
  alarm->timer.expires_after(kShort);
  std::function<void()> wake = [alarm, executor] {
    net::asio::post(executor, [alarm] {
      alarm->rang = true;
      alarm->timer.cancel();
    });
  };
  const limits::Slots::Queue queue{.most = need->most, .waiting = need->queue};
  const auto waiting = ledger->slots.wait(need->key, queue, std::move(wake));
  if (waiting.free) co_return std::string(limits::kPlaceFree);
  if (!waiting.ticket) {
    ledger->reached(limits::Limit::queue);
    co_return std::string(limits::kPlaceNone);
  }
  co_await alarm->timer.async_wait(net::kTuple);
  co_return std::string(alarm->rang ? limits::kPlaceFree : limits::kPlaceNone);
}

Task<std::string> nothing() {
  co_return std::string();
}

}  // namespace

NeedSource answer_needs(Needs needs) {
  return [needs = std::move(needs)](std::string key, const net::CallFacts* facts) {
    for (const auto& [prefix, source] : needs)
      if (key.starts_with(prefix)) return source(std::move(key), facts);
    return nothing();
  };
}

NeedSource wait_for_place(std::shared_ptr<limits::Ledger> ledger) {
  return [ledger = std::move(ledger)](std::string key, const net::CallFacts*) {
    return place(ledger, std::move(key));
  };
}

}  // namespace doorward::app
