#include "net/post_side.h"

#include "net/writer.h"

namespace doorward::net {

using std::chrono::steady_clock;

PostSide::PostSide(HttpExchange& exchange, std::shared_ptr<Session> session, bool new_session)
    : exchange_(exchange),
      session_(std::move(session)),
      new_session_(new_session),
      changed_(exchange.http.stream().executor()) {
  const auto accept = exchange.head.field("accept");
  takes_events_ = !new_session && !exchange.head.http10 &&
                  (!accept || wire::accepts(*accept, "text/event-stream"));
}

PostSide::PostSide(HttpExchange& exchange, std::shared_ptr<Session> session,
                   std::shared_ptr<Cancellation> cancellation)
    : PostSide(exchange, std::move(session), false) {
  cancellation_ = std::move(cancellation);
}

void PostSide::start() {
  if (cancellation_)
    asio::co_spawn(
        exchange_.http.stream().executor(),
        [self = shared_from_this()] { return self->watch_leaving(); }, asio::detached);
  if (!takes_events_) return;
  // Most answers come at once: only what takes longer gets a coroutine of its own.
  moment_.emplace(here().watchdog, [this] {
    asio::post(exchange_.http.stream().executor(), [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self || self->over_) return;
      asio::co_spawn(
          self->exchange_.http.stream().executor(), [self] { return self->keep_alive(); },
          asio::detached);
    });
  });
  moment_->set(steady_clock::now() + (cancellation_ ? kBeforeStatelessStream : kBeforeStream));
}

Task<> PostSide::streaming() {
  co_await acquire();
  co_await open();
  release();
}

Task<> PostSide::polling(std::optional<uint32_t> retry_ms) {
  co_await acquire();
  // The client is told to come back for the rest; what follows is kept for it.
  if (log_ && !exchange_.gone) {
    core::Cleared mark =
        core::Cleared::nothing().as_event(log_->event_id(last_), retry_ms.value_or(kRetryMs));
    static_cast<void>(co_await exchange_.put(std::move(mark)));
    core::Cleared last = core::Cleared::last_chunk();
    static_cast<void>(co_await exchange_.put(std::move(last)));
    exchange_.gone = true;
    exchange_.http.stream().close();
  }
  release();
}

Task<> PostSide::send(core::Cleared message) {
  if (!takes_events_) co_return;
  co_await acquire();
  co_await open();
  co_await event(std::move(message));
  release();
}

Task<> PostSide::answer(core::Cleared message, int status, std::string_view challenge) {
  co_await acquire();
  over_ = true;
  changed_.cancel();
  if (log_) {
    co_await event(std::move(message));
    log_->close();
    core::Cleared last = core::Cleared::last_chunk();
    static_cast<void>(co_await exchange_.put(std::move(last)));
    // The watch for leaving may still wait on this connection: it ends with it.
    if (cancellation_) exchange_.keep_alive = false;
  } else {
    wire::ResponseFrame frame;
    frame.status = status;
    frame.content_type = "application/json";
    frame.www_authenticate = challenge;
    if (new_session_ && session_->revision() != nullptr) frame.session_id = session_->id();
    co_await exchange_.answer(std::move(message), std::move(frame));
  }
  release();
}

Task<> PostSide::acquire() {
  while (busy_) {
    changed_.expires_at(steady_clock::time_point::max());
    co_await changed_.async_wait(kTuple);
  }
  busy_ = true;
}

void PostSide::release() {
  busy_ = false;
  changed_.cancel();
}

Task<> PostSide::open() {
  if (log_ || !takes_events_ || over_) co_return;
  log_ = session_->new_stream();
  const bool open = co_await exchange_.open_stream("");
  if (cancellation_) co_return;
  const Revision* revision = session_->revision();
  if (!open || revision == nullptr || !revision->primes_streams) co_return;
  core::Cleared prime = core::Cleared::nothing().as_event(log_->event_id(0), kRetryMs);
  static_cast<void>(co_await exchange_.put(std::move(prime)));
}

Task<> PostSide::event(core::Cleared message) {
  if (cancellation_) {
    core::Cleared bytes = std::move(message).as_event("", std::nullopt);
    static_cast<void>(co_await exchange_.put(std::move(bytes)));
    co_return;
  }
  core::Cleared framed = message.again();
  last_ = log_->append(std::move(message));
  const std::string id = log_->event_id(last_);
  core::Cleared bytes = std::move(framed).as_event(id, std::nullopt);
  static_cast<void>(co_await exchange_.put(std::move(bytes)));
}

Task<> PostSide::watch_leaving() {
  std::function<bool()> over = [self = shared_from_this()] { return self->over_; };
  const bool left = co_await peer_left(exchange_.http.stream(), std::move(over));
  if (!left) co_return;
  exchange_.gone = true;
  cancellation_->cancel();
}

Task<> PostSide::keep_alive() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer_ = &timer;
  while (!over_ && !exchange_.gone) {
    co_await acquire();
    if (!over_ && !log_) {
      co_await open();
    } else if (!over_) {
      core::Cleared comment = core::Cleared::keep_alive_comment();
      static_cast<void>(co_await exchange_.put(std::move(comment)));
    }
    release();
    if (over_) break;
    timer.expires_after(exchange_.gateway.settings.keep_alive);
    co_await timer.async_wait(kTuple);
  }
  timer_ = nullptr;
}

void PostSide::end() {
  over_ = true;
  moment_.reset();
  if (timer_ != nullptr) timer_->cancel();
}

}  // namespace doorward::net
