#include "net/stream_out.h"

#include "net/inbox.h"
#include "net/judging.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

// Tells when the client closes a stream that only we write to.
Task<> watch_departure(Stream* stream, std::shared_ptr<bool> departed,
                       std::shared_ptr<Inbox<int>> changes) {
  std::function<bool()> over = [departed] { return *departed; };
  const bool left = co_await peer_left(*stream, std::move(over));
  if (!left) co_return;  // the stream ended first
  *departed = true;
  static_cast<void>(changes->push(1));
}

}  // namespace

Task<> follow(HttpExchange& exchange, std::shared_ptr<Session> session,
              std::shared_ptr<EventLog> log, uint64_t seen, std::optional<core::Cleared> first) {
  auto changes = std::make_shared<Inbox<int>>(co_await asio::this_coro::executor, 1);
  log->on_change([changes] { static_cast<void>(changes->push(1)); });
  auto departed = std::make_shared<bool>(false);
  asio::co_spawn(co_await asio::this_coro::executor,
                 watch_departure(&exchange.http.stream(), departed, changes), asio::detached);
  bool open = co_await exchange.open_stream("");
  if (open && first) open = co_await exchange.put(std::move(*first));
  while (open && !*departed) {
    auto next = log->after(seen);
    if (next.event) {
      seen = next.number;
      const std::string id = log->event_id(seen);
      core::Cleared framed = std::move(*next.event).as_event(id, std::nullopt);
      open = co_await exchange.put(std::move(framed));
    } else if (next.closed || session->ended()) {
      core::Cleared last = core::Cleared::last_chunk();
      open = co_await exchange.put(std::move(last));
      break;
    } else {
      session->touch(steady_clock::now());
      auto change =
          co_await changes->pop(steady_clock::now() + exchange.gateway.settings.keep_alive);
      if (change || *departed) continue;
      core::Cleared comment = core::Cleared::keep_alive_comment();
      open = co_await exchange.put(std::move(comment));
    }
  }
  if (*departed) exchange.gone = true;
  *departed = true;
  exchange.keep_alive = false;
  log->on_change({});
}

Task<> hear(Gateway& gateway, std::shared_ptr<Session> session,
            std::shared_ptr<std::atomic<bool>> stop) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (session->revision() == nullptr && !stop->load()) {
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(kTuple);
  }
  const auto routes = gateway.routes.take();
  const core::Principal owner = session->owner();
  CallFacts facts;
  facts.principal = &owner;
  facts.server = session->server();
  facts.session = session;
  facts.route = find_route(gateway, *routes, session->server());
  if (facts.route == nullptr || stop->load()) co_return;
  auto ended = co_await listen(gateway, facts, stop);
  if (!ended && ended.error().code == "upstream.session_gone") session->end();
}

}  // namespace doorward::net
