#include "guards/instability/retry.h"

#include "limits/marks.h"

namespace doorward::guards {

const core::GuardFacts& Retry::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.retry", core::Area::instability,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

namespace {

core::Verdict refusal(std::string_view reason) {
  return core::deny(reason, "R2.4",
                    "The server is not available. Whether the call took effect is not known unless "
                    "it only reads; check before you repeat it.",
                    core::Answer::unavailable);
}

bool is_sent(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->is_request() && !exchange.own &&
         exchange.message->method() != wire::Method::subscriptions_listen;
}

// Learns from how the call ended.
class Sent : public core::Permit {
 public:
  Sent(std::shared_ptr<limits::Ledger> ledger, limits::Key server)
      : ledger_(std::move(ledger)), server_(server) {}
  void settle(const core::Outcome& outcome) noexcept override {
    using core::Ending;
    if (outcome.ending == Ending::answered || outcome.ending == Ending::error_answer)
      ledger_->retries.answered(server_);
    else if (outcome.ending == Ending::upstream_gone || outcome.ending == Ending::deadline)
      ledger_->retries.lost(server_);
  }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::Key server_;
};

}  // namespace

bool Retry::may_repeat(const core::Exchange& exchange) const {
  return exchange.attempt < most_ && exchange.message->method() == wire::Method::tools_call &&
         registry_->tool(exchange.server, exchange.message->target()).is_idempotent_read();
}

core::Verdict Retry::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.attempt == 0 || exchange.message == nullptr) return core::pass();
  core::Exchange before = exchange;
  --before.attempt;
  return may_repeat(before) ? core::pass() : refusal("instability.no_retry");
}

core::Commitment Retry::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_sent(exchange)) return nullptr;
  const limits::Key server = limits::server_key(exchange, notes);
  if (exchange.attempt > 0) {
    if (!ledger_->retries.allows(server)) {
      ledger_->reached(limits::Limit::retries);
      return std::unexpected(refusal("instability.retry_budget"));
    }
    ledger_->repeated.fetch_add(1, std::memory_order_relaxed);
  }
  // A person said yes to one call.
  notes.may_repeat = !notes.values.contains("approval.redeemed") && may_repeat(exchange);
  return std::make_unique<Sent>(ledger_, server);
}

}  // namespace doorward::guards
