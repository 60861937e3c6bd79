#include "guards/overload/heavy.h"

#include "limits/heavy.h"
#include "limits/marks.h"
#include "limits/places.h"

namespace doorward::guards {

const core::GuardFacts& Heavy::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.heavy", core::Area::overload,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

bool is_call(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->is_request() &&
         exchange.message->method() == wire::Method::tools_call;
}

class Held : public core::Permit {
 public:
  Held(std::shared_ptr<limits::Ledger> ledger, limits::Key key)
      : ledger_(std::move(ledger)), key_({key}) {}
  ~Held() override { ledger_->slots.give_back(key_); }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const std::array<limits::Key, 1> key_;
};

}  // namespace

core::Verdict Heavy::judge(const core::Exchange& exchange, core::Notes&) const {
  if (!is_call(exchange) || !limits::calls_delay(*exchange.message)) return core::pass();
  ledger_->reached(limits::Limit::heavy);
  return core::deny("overload.delay_function", "R6.5",
                    "The statement calls a function that only waits or burns time. It was not "
                    "sent. Leave that function out.");
}

core::Commitment Heavy::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_call(exchange) || !limits::is_heavy(*exchange.message)) return nullptr;
  std::string tool(exchange.server);
  tool.append(".").append(exchange.message->target());
  if (notes.deadline && !limits_.own_deadline.contains(tool))
    notes.deadline = std::min(*notes.deadline, exchange.steady + limits_.deadline);
  const limits::Want want{
      limits::key_of(
          {"heavy", exchange.principal != nullptr ? exchange.principal->key() : std::string()}),
      limits_.at_a_time};
  if (!ledger_->slots.take(std::array{want})) return std::make_unique<Held>(ledger_, want.key);
  const limits::PlaceNeed place{.key = want.key, .most = want.most, .queue = limits_.queue};
  if (limits::may_wait(place, "limits.heavy_waits", notes))
    return std::unexpected(core::need(place.text()));
  ledger_->reached(limits::Limit::heavy);
  core::Verdict verdict =
      core::deny("overload.heavy", "R6.5",
                 "As many heavy calls as allowed are under way (walks over whole trees, dumps, "
                 "exports). This one was not sent. Wait for their answers, or ask for less.",
                 core::Answer::limited);
  verdict.retry_after = limits::Seconds(1);
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
