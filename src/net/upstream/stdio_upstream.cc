#include "net/upstream/stdio_upstream.h"

#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr size_t kCallMessages = 1024;
constexpr size_t kCallBytes = 16 * 1024 * 1024;  // what a client has not taken yet
constexpr size_t kOwnMessages = 256;

// The child forgets a request however its coroutine ends.
struct Expectation {
  Expectation(Child& of, uint64_t id, Switchboard::Waiting waiting) : child_(of), id_(id) {
    child_.expect(id, std::move(waiting));
  }
  ~Expectation() { child_.forget(id_); }
  Expectation(const Expectation&) = delete;
  Expectation& operator=(const Expectation&) = delete;

 private:
  Child& child_;
  const uint64_t id_;
};

Error unavailable(std::string what) {
  return Error{"upstream.unavailable", Fault::server, true, std::move(what)};
}

}  // namespace

bool StdioUpstream::is_gone() const {
  return state_.with([&](const State& state) {
    if (state.reviving) return false;
    const bool replaced = of_.owns && state.child->is_replaced() && state.initialize;
    return state.child->is_gone() && (state.closed || !replaced);
  });
}

void StdioUpstream::remember(const core::Cleared& body, const Sending& sending) {
  if (!of_.owns) return;
  state_.with([&](State& state) {
    if (sending.method == wire::Method::initialize && !state.initialize) {
      state.initialize = body.again();
      state.initialize_id = sending.id;
    } else if (sending.method == wire::Method::n_initialized && !state.initialized) {
      state.initialized = body.again();
    }
  });
}

Task<Expected<std::shared_ptr<Child>>> StdioUpstream::ready_child() {
  enum class Next : uint8_t { use, revive, wait };
  std::shared_ptr<Child> current;
  const Next next = state_.with([&](State& state) {
    current = state.child;
    if (!of_.owns || !current->is_replaced() || !state.initialize || state.closed) return Next::use;
    return std::exchange(state.reviving, true) ? Next::wait : Next::revive;
  });
  if (next == Next::use) co_return current;
  if (next == Next::wait)
    co_return std::unexpected(unavailable("the server is being started anew"));
  auto fresh = co_await revive();
  state_.with([&](State& state) {
    state.reviving = false;
    if (!fresh || state.closed) return;
    state.child->use(-1);
    state.child = *fresh;
    state.child->use(1);
  });
  if (!fresh) gateway_.log("server `" + of_.server + "`: " + fresh.error().what);
  co_return fresh;
}

Task<Expected<std::shared_ptr<Child>>> StdioUpstream::revive() {
  const auto routes = gateway_.routes.take();
  const auto route = routes->find(of_.server);
  if (route == routes->end()) co_return std::unexpected(unavailable("the server is gone"));
  auto fresh =
      co_await gateway_.children->take(*route->second, of_.principal, Instances::per_session);
  if (!fresh) co_return std::unexpected(std::move(fresh).error());
  const std::shared_ptr<Child> started = *fresh;
  std::optional<core::Cleared> first, second;
  const uint64_t id = state_.with([&](State& state) {
    started->skip_ids(state.child->next_id());  // ids that were handed out stay unused
    first = state.initialize->again();
    if (state.initialized) second = state.initialized->again();
    return state.initialize_id;
  });
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kCallMessages);
  const Expectation expectation(*started, id, {.inbox = inbox});
  if (auto put = started->enqueue(std::move(*first).as_line()); !put)
    co_return std::unexpected(std::move(put).error());
  const auto deadline = std::chrono::steady_clock::now() + gateway_.settings.write_timeout;
  for (;;) {
    auto message = co_await inbox->pop(deadline);
    const bool failed = !message || (*message && (*message)->is_reply() && !(*message)->result());
    if (failed) {
      started->end();
      co_return std::unexpected(unavailable("the fresh process did not initialize"));
    }
    if (*message && (*message)->is_reply()) break;
  }
  if (second)
    if (auto put = started->enqueue(std::move(*second).as_line()); !put)
      co_return std::unexpected(std::move(put).error());
  co_return started;
}

Task<Expected<void>> StdioUpstream::request(core::Cleared body, Sending sending,
                                            Receiver& receiver) {
  remember(body, sending);
  auto ready = co_await ready_child();
  if (!ready) co_return std::unexpected(std::move(ready).error());
  const std::shared_ptr<Child> serving = *ready;
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kCallMessages,
                                                kCallBytes, &gateway_.buffers.answers);
  const Expectation expectation(
      *serving, sending.id,
      {.inbox = inbox, .client = this, .can_ask = may_need_input(sending.method)});
  const Cancellation::Heard heard(sending.cancellation, [&inbox] { inbox->close(); });
  if (sending.cancellation && sending.cancellation->cancelled)
    co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
  if (auto put = serving->enqueue(std::move(body).as_line()); !put)
    co_return std::unexpected(std::move(put).error());
  for (;;) {
    auto message = co_await inbox->pop(sending.deadline);
    if (!message) {
      if (sending.cancellation && sending.cancellation->cancelled)
        co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
      if (serving->is_gone())
        co_return failure("upstream.lost", Fault::server, "the server's process ended");
      if (sending.ends_process || (sending.ends_idle_process && serving->only_waits()))
        serving->overdue(sending.id);
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    }
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) co_return Expected<void>{};
  }
}

Task<Expected<void>> StdioUpstream::send(core::Cleared body, Sending sending) {
  remember(body, sending);
  co_return child()->enqueue(std::move(body).as_line());
}

Task<Expected<void>> StdioUpstream::listen(Receiver& receiver,
                                           std::shared_ptr<std::atomic<bool>> stop) {
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kOwnMessages,
                                                kCallBytes);
  std::shared_ptr<Child> heard;
  while (!stop->load() && !is_gone()) {
    if (auto current = child(); current != heard && !current->is_gone()) {
      // A child that goes closes the inbox of its listeners: a fresh one gets a fresh inbox.
      if (heard)
        inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kOwnMessages,
                                                 kCallBytes);
      heard = std::move(current);
      heard->attach(inbox);
    }
    const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(250);
    if (inbox->closed()) {
      asio::steady_timer timer(co_await asio::this_coro::executor, soon);
      co_await timer.async_wait(kTuple);
      continue;
    }
    auto message = co_await inbox->pop(soon);
    if (!message) continue;
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) break;
  }
  co_return Expected<void>{};
}

Task<> StdioUpstream::close() {
  const auto last = state_.with([](State& state) {
    state.closed = true;
    return state.child;
  });
  if (of_.owns) last->end();
  co_return;
}

}  // namespace doorward::net
