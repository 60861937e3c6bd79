#include "net/upstream/stdio_upstream.h"

namespace doorward::net {

namespace {
constexpr size_t kCallMessages = 1024;
constexpr size_t kCallBytes = 16 * 1024 * 1024;  // what a client has not taken yet
constexpr size_t kOwnMessages = 256;
}  // namespace

Task<Expected<void>> StdioUpstream::request(core::Cleared body, Sending sending,
                                            Receiver& receiver) {
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kCallMessages,
                                                kCallBytes);
  child_->expect(sending.id, inbox);
  // The child forgets this request however the coroutine ends.
  struct Expectation {
    Child& child;
    uint64_t id;
    ~Expectation() { child.forget(id); }
  } const expectation{*child_, sending.id};
  if (sending.cancellation)
    sending.cancellation->on_cancel = [weak = std::weak_ptr(inbox)] {
      if (const auto held = weak.lock()) held->close();
    };
  if (auto put = child_->enqueue(std::move(body).as_line()); !put)
    co_return std::unexpected(std::move(put).error());
  for (;;) {
    auto message = co_await inbox->pop(sending.deadline);
    if (!message) {
      if (sending.cancellation && sending.cancellation->cancelled)
        co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
      if (child_->is_gone())
        co_return failure("upstream.lost", Fault::server, "the server's process ended");
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    }
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) co_return Expected<void>{};
  }
}

Task<Expected<void>> StdioUpstream::send(core::Cleared body, Sending) {
  co_return child_->enqueue(std::move(body).as_line());
}

Task<Expected<void>> StdioUpstream::listen(Receiver& receiver,
                                           std::shared_ptr<std::atomic<bool>> stop) {
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kOwnMessages,
                                                kCallBytes);
  child_->attach(inbox);
  while (!stop->load() && !child_->is_gone()) {
    auto message =
        co_await inbox->pop(std::chrono::steady_clock::now() + std::chrono::milliseconds(250));
    if (!message) continue;
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) break;
  }
  co_return Expected<void>{};
}

Task<> StdioUpstream::close() {
  if (owns_) child_->end();
  co_return;
}

}  // namespace doorward::net
