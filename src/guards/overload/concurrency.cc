#include "guards/overload/concurrency.h"

#include <limits>

#include "limits/marks.h"
#include "limits/places.h"

namespace doorward::guards {

using limits::Key;
using limits::Limit;

const core::GuardFacts& ConcurrencyGuard::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.concurrency", core::Area::overload,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

// What a server's gradient learns from; nothing where the call waited for its place.
struct Sample {
  std::shared_ptr<limits::Gradients> gradients;
  std::string server;
  uint32_t under_way = 0, most = 0;
};

class Held : public core::Permit {
 public:
  Held(std::shared_ptr<limits::Ledger> ledger, std::array<Key, 3> keys, Sample sample)
      : ledger_(std::move(ledger)), keys_(keys), sample_(std::move(sample)) {}
  ~Held() override { ledger_->slots.give_back(keys_); }

  void settle(const core::Outcome& outcome) noexcept override {
    using core::Ending;
    const bool lost = outcome.ending == Ending::deadline;
    const bool says =
        lost || outcome.ending == Ending::answered || outcome.ending == Ending::error_answer;
    if (sample_.gradients && says)
      sample_.gradients->ended(sample_.server, outcome.latency, sample_.under_way, sample_.most,
                               lost);
  }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const std::array<Key, 3> keys_;
  const Sample sample_;
};

constexpr std::string_view kWaits = "limits.waits";

bool takes_a_place(const core::Exchange& exchange) {
  if (exchange.message == nullptr || !exchange.message->is_request()) return false;
  // A list that Doorward needs to judge a call must not wait for the calls that wait for it.
  if (exchange.own) return false;
  const wire::Method method = exchange.message->method();
  return method != wire::Method::subscriptions_listen && method != wire::Method::ping;
}

core::Verdict refusal(size_t which) {
  constexpr std::array<std::string_view, 3> kWhat = {
      "you have under way", "this tool has under way", "this server has under way"};
  core::Verdict verdict = core::deny(
      "overload.concurrency", "R6.2",
      "As many calls as allowed are under way: of those that " + std::string(kWhat.at(which)) +
          ". This one was not sent. Wait for an answer, then send fewer at a time.",
      core::Answer::limited);
  verdict.retry_after = limits::Seconds(1);
  return verdict;
}

}  // namespace

core::Commitment ConcurrencyGuard::commit(const core::Exchange& exchange,
                                          core::Notes& notes) const {
  if (!takes_a_place(exchange)) return nullptr;
  const wire::Message& message = *exchange.message;
  const std::string_view tool = limits::tool_of(message);
  const uint32_t server_most = most_.server.of(exchange.server, "");
  // A part of a request that has its place already would wait for itself where one place is all.
  const uint32_t principal_most =
      exchange.part ? std::numeric_limits<uint32_t>::max() : most_.principal;
  const std::array<limits::Want, 3> wants = {{
      {limits::owner_of(exchange, notes), principal_most},
      {limits::key_of({"tool", exchange.server, limits::subject_of(message)}),
       most_.tool.of(exchange.server, tool)},
      {limits::server_key(exchange, notes),
       most_.adaptive ? gradients_->limit(exchange.server, server_most) : server_most},
  }};
  const auto full = ledger_->slots.take(wants);
  if (!full) {
    Sample sample;
    if (most_.adaptive && !tool.empty() && !notes.values.contains(kWaits))
      sample = {gradients_, std::string(exchange.server), ledger_->slots.held(wants[2].key),
                server_most};
    return std::make_unique<Held>(
        ledger_, std::array<Key, 3>{wants[0].key, wants[1].key, wants[2].key}, std::move(sample));
  }
  const limits::Want& wanted = wants.at(*full);
  const limits::PlaceNeed place{.key = wanted.key, .most = wanted.most, .queue = most_.queue};
  if (limits::may_wait(place, kWaits, notes)) return std::unexpected(core::need(place.text()));
  constexpr std::array<Limit, 3> kLimits = {Limit::principal_slots, Limit::tool_slots,
                                            Limit::server_slots};
  ledger_->reached(kLimits.at(*full));
  return std::unexpected(refusal(*full));
}

}  // namespace doorward::guards
