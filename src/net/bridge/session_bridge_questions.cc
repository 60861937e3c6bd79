// Questions of a server in the middle of a call: the call waits, its client is asked by a result,
// and goes on with the answer.
#include <algorithm>

#include "base/bytes.h"
#include "net/bridge/bridged_message.h"
#include "net/bridge/held_sessions.h"
#include "net/bridge/session_bridge.h"
#include "net/judging.h"
#include "net/own_request.h"
#include "net/session/stateless.h"

namespace doorward::net {

using std::chrono::steady_clock;

std::optional<uint64_t> SessionBridge::resumed(std::string_view state_text) const {
  return state_.with([&](const State& state) -> std::optional<uint64_t> {
    const auto found = state.parked.find(state_text);
    if (found == state.parked.end()) return std::nullopt;
    return found->second.call->id();
  });
}

Task<bool> SessionBridge::question(const std::shared_ptr<CarriedCall>& call,
                                   const wire::Message& message, const Sending& sending,
                                   Receiver& receiver) {
  if (message.method() == wire::Method::ping) {
    co_await answer_ping(message);
    co_return false;
  }
  const auto pipeline = gateway_.pipeline.take();
  const std::string call_id = new_call_id();
  const CallFacts own = own_facts();
  ServerMessage server{gateway_, *pipeline, own, sending.request, call_id};
  const bool may_ask = may_need_input(sending.method);
  WaitingCalls::Place place;
  if (may_ask) {
    auto taken = gateway_.held->waiting().take(session_->owner_key(), session_->server());
    if (!taken) {
      const bool by_own = taken.error() == WaitingCalls::Full::principal;
      co_await refuse_question(call, server, message, sending, receiver, by_own);
      co_return true;
    }
    place = std::move(*taken);
  }
  auto cleared = co_await server.judge(message, {}, may_ask);
  if (!cleared) co_return false;  // the server has its answer: an error
  auto judged = parsed(gateway_, std::string(cleared->body()));
  if (!judged) co_return false;
  Parked parked;
  parked.call = call;
  parked.asked = static_cast<uint64_t>(judged->id().integer().value_or(0));
  parked.key = "question-" + std::to_string(parked.asked);
  parked.question = cleared->body();
  parked.until = steady_clock::now() + kAnswering;
  parked.place = std::move(place);
  const std::string state_text = random_id();
  const std::string key = parked.key;
  state_.with([&](State& state) { state.parked.emplace(state_text, std::move(parked)); });
  begin_sweeping(co_await asio::this_coro::executor);
  auto asking =
      parsed(gateway_, input_required(*judged, std::to_string(sending.id), key, state_text));
  const bool over = co_await receiver.receive(std::move(asking));
  co_return over;
}

Task<> SessionBridge::refuse_question(const std::shared_ptr<CarriedCall>& call,
                                      ServerMessage& server, const wire::Message& message,
                                      const Sending& sending, Receiver& receiver, bool by_own) {
  const auto refused = co_await server.judge(message, {}, false);
  static_cast<void>(refused);
  co_await give_up(call, 0, "its client can be asked no more");
  const auto now = steady_clock::now();
  auto free = now + kAnswering;
  state_.with([&](const State& state) {
    for (const auto& [_, waiting] : state.parked) free = std::min(free, waiting.until);
  });
  const std::string wait =
      by_own ? std::to_string(WaitingCalls::kOfOne) + " calls wait for your answers already"
             : std::string("calls of others at this server wait for answers already");
  core::Verdict verdict = core::deny(
      "overload.questions", "R6.2",
      "The server asks a question before it answers, and " + wait +
          ", as many as may. This call was ended; whether it took effect is not known unless it "
          "only reads. Answer the questions that are open, or wait until the oldest of them ends, "
          "before you call again.",
      core::Answer::limited);
  // Those of others may end at any moment.
  constexpr std::chrono::seconds kOthers{30};
  verdict.retry_after = std::chrono::ceil<std::chrono::seconds>(
      std::max<steady_clock::duration>(free - now, std::chrono::seconds(0)));
  if (!by_own) verdict.retry_after = std::min<std::chrono::seconds>(*verdict.retry_after, kOthers);
  core::Exchange exchange = exchange_of(server.facts, core::Stage::response, server.call_id);
  exchange.request = sending.request;
  core::Notes notes;
  core::Refusal refusal = server.pipeline.refusal(exchange, notes, std::move(verdict));
  co_await receiver.refused(std::move(refusal));
}

Task<Expected<void>> SessionBridge::resume(const Sending& sending, Receiver& receiver) {
  const auto gone = [] {
    return failure("bridge.state_gone", Fault::client,
                   "the call that waited for this answer has ended");
  };
  const wire::JsonValue answers = sending.request->params()["inputResponses"];
  wire::JsonValue answer;
  std::string unanswered;
  auto parked = state_.with([&](State& state) -> std::optional<Parked> {
    const auto found = state.parked.find(sending.state);
    if (found == state.parked.end() || found->second.call->id() != sending.id) return std::nullopt;
    answer = answers[found->second.key];
    if (!answer.is_object()) {
      unanswered = input_required_again(found->second, sending);
      return std::nullopt;
    }
    std::optional<Parked> taken(std::move(found->second));
    state.parked.erase(found);
    return taken;
  });
  if (!unanswered.empty()) {
    // Its question is still open: asked once more.
    auto asking = parsed(gateway_, std::move(unanswered));
    static_cast<void>(co_await receiver.receive(std::move(asking)));
    co_return Expected<void>{};
  }
  if (!parked) co_return gone();
  parked->place.leave();
  auto message = parsed(gateway_, wire::make_result(std::to_string(parked->asked), answer.raw()));
  if (!message) co_return std::unexpected(std::move(message).error());
  const auto asked = session_->answer(std::to_string(parked->asked));
  if (!asked) co_return gone();
  std::vector<wire::Edit> edits;
  edits.push_back(replace(message->id(), asked->upstream_id));
  auto sent = co_await reply(*message, std::move(edits));
  if (!sent) {
    co_await give_up(parked->call, 0);
    core::Refusal refusal = std::move(sent).error();
    co_await receiver.refused(std::move(refusal));
    co_return Expected<void>{};
  }
  auto done = co_await follow(parked->call, sending, receiver);
  co_return done;
}

std::string SessionBridge::input_required_again(const Parked& parked,
                                                const Sending& sending) const {
  auto question = parsed(gateway_, parked.question);
  if (!question) return {};
  return input_required(*question, std::to_string(sending.id), parked.key, sending.state);
}

Task<> SessionBridge::give_up(std::shared_ptr<CarriedCall> call, uint64_t asked,
                              std::string_view why) {
  if (asked != 0) static_cast<void>(session_->answer(std::to_string(asked)));
  call->stop();
  state_.with([&](State& state) { state.active.erase(call->id()); });
  CallFacts facts = own_facts();
  std::string params = R"({"requestId":)" + std::to_string(call->id()) + R"(,"reason":)" +
                       wire::json_quote(why) + "}";
  co_await tell(gateway_, std::move(facts), wire::Method::n_cancelled, std::move(params));
}

std::optional<SessionBridge::Parked> SessionBridge::unpark(uint64_t call) {
  return state_.with([&](State& state) -> std::optional<Parked> {
    for (auto at = state.parked.begin(); at != state.parked.end(); ++at) {
      if (at->second.call->id() != call) continue;
      std::optional<Parked> taken(std::move(at->second));
      state.parked.erase(at);
      state.active.erase(call);
      return taken;
    }
    return std::nullopt;
  });
}

Task<> SessionBridge::drop_stale() {
  const auto now = steady_clock::now();
  const auto stale = state_.with([&](State& state) {
    std::vector<Parked> taken;
    for (auto at = state.parked.begin(); at != state.parked.end();) {
      if (at->second.until > now && !at->second.call->over()) {
        ++at;
        continue;
      }
      taken.push_back(std::move(at->second));
      at = state.parked.erase(at);
    }
    return taken;
  });
  for (const Parked& parked : stale) co_await give_up(parked.call, parked.asked);
}

void SessionBridge::begin_sweeping(asio::any_io_executor executor) {
  const bool first = state_.with([](State& state) { return !std::exchange(state.sweeping, true); });
  if (!first) return;
  auto sweep = [](std::weak_ptr<SessionBridge> of) -> Task<> {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (bool more = true; more;) {
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(kTuple);
      const auto self = of.lock();
      if (!self) co_return;
      co_await self->drop_stale();
      more = self->state_.with([](State& state) {
        state.sweeping = !state.parked.empty();
        return state.sweeping;
      });
    }
  };
  asio::co_spawn(executor, sweep(weak_from_this()), asio::detached);
}

}  // namespace doorward::net
