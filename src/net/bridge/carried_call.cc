#include "net/bridge/carried_call.h"

#include "net/session/stateless.h"

namespace doorward::net {

void CarriedCall::start(asio::any_io_executor home, core::Cleared body, Sending sending) {
  home_ = std::move(home);
  can_ask_ = may_need_input(sending.method);
  sending.cancellation = cancellation_;
  sending.request = nullptr;  // it may be gone before this call ends
  sending.target = {};
  auto held = std::make_shared<core::Cleared>(std::move(body));
  auto run = [](std::shared_ptr<CarriedCall> self, std::shared_ptr<core::Cleared> bytes,
                Sending how) -> Task<> {
    core::Cleared line = std::move(*bytes);
    auto ended = co_await self->upstream_->request(std::move(line), std::move(how), *self);
    if (self->over()) co_return;
    Item end;
    end.error =
        ended ? Error{"upstream.lost", Fault::server, true, "no answer"} : std::move(ended).error();
    self->push(std::move(end), true);
  };
  asio::co_spawn(home_, run(shared_from_this(), std::move(held), std::move(sending)),
                 asio::detached);
}

void CarriedCall::wake(std::shared_ptr<Wake> who) {
  state_.with([&](State& state) {
    state.who = std::move(who);
    if (state.who && !state.items.empty()) static_cast<void>(state.who->push(1));
  });
}

std::optional<CarriedCall::Item> CarriedCall::take() {
  return state_.with([](State& state) -> std::optional<Item> {
    if (state.items.empty()) return std::nullopt;
    std::optional<Item> front(std::move(state.items.front()));
    state.items.pop_front();
    state.bytes -= front->bytes;
    return front;
  });
}

void CarriedCall::stop() {
  asio::post(home_, [self = shared_from_this()] { self->cancellation_->cancel(); });
}

bool CarriedCall::over() const {
  return state_.with([](const State& state) { return state.over; });
}

void CarriedCall::ask(wire::Message question) {
  Item item;
  item.bytes = question.bytes().size();
  item.message.emplace(std::move(question));
  push(std::move(item), false);
}

Task<bool> CarriedCall::receive(Expected<wire::Message> message) {
  if (questions_ && message && message->is_request()) {
    co_await questions_(std::move(*message));
    co_return false;
  }
  const bool last =
      message && message->is_reply() && message->id() && message->id().raw() == std::to_string(id_);
  Item item;
  item.bytes = message ? message->bytes().size() : 0;
  item.message.emplace(std::move(message));
  push(std::move(item), last);
  co_return last;
}

void CarriedCall::push(Item item, bool last) {
  state_.with([&](State& state) {
    if (state.over) return;
    state.over = last;
    // The end is never dropped for what came before it.
    if (last || (state.items.size() < kKept && state.bytes + item.bytes <= kKeptBytes)) {
      state.bytes += item.bytes;
      state.items.push_back(std::move(item));
    }
    if (state.who) static_cast<void>(state.who->push(1));
  });
}

}  // namespace doorward::net
