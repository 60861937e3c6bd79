#include "guards/instability/repeat_failure.h"

#include "limits/marks.h"

namespace doorward::guards {

using core::Stage;
using core::Verdict;
using limits::Key;

const core::GuardFacts& RepeatFailure::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.repeat_failure", core::Area::instability,
                                           core::stages(Stage::request, Stage::response), true};
  return kFacts;
}

namespace {

Verdict blocked(std::string_view what, limits::Seconds wait) {
  Verdict verdict = core::deny("instability.repeat_failure", "R2.2",
                               std::string(what) +
                                   " It was not sent. Do not retry: change the arguments or take "
                                   "another way, or tell the user what fails. The same call may "
                                   "be tried again in " +
                                   std::to_string(wait.count()) + " seconds.",
                               core::Answer::limited);
  verdict.retry_after = wait;
  return verdict;
}

bool is_counted(const core::Exchange& exchange) {
  return exchange.request != nullptr && exchange.request->is_request() &&
         limits::is_work(*exchange.request);
}

class UnderWay : public core::Permit {
 public:
  UnderWay(std::shared_ptr<limits::Ledger> ledger, Key owner, Key call)
      : ledger_(std::move(ledger)), owner_(owner), call_(call) {}
  ~UnderWay() override { ledger_->failures.ended(owner_, call_); }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const Key owner_, call_;
};

}  // namespace

Verdict RepeatFailure::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.stage != Stage::request || !is_counted(exchange)) return core::pass();
  const auto wait = ledger_->failures.blocked(
      limits::owner_of(exchange, notes), limits::mark_of(exchange, notes).key, exchange.steady);
  if (!wait) return core::pass();
  return blocked("This call failed " + std::to_string(rules_.most) + " times in the same way.",
                 *wait);
}

core::Commitment RepeatFailure::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return nullptr;
  const Key owner = limits::owner_of(exchange, notes);
  const limits::Fingerprint mark = limits::mark_of(exchange, notes);
  if (exchange.stage == Stage::request) {
    if (!ledger_->failures.begin(owner, mark.key, rules_))
      return std::unexpected(
          blocked("This call failed before, and copies of it are under way.", limits::Seconds(1)));
    return std::make_unique<UnderWay>(ledger_, owner, mark.key);
  }
  const wire::Message& reply = *exchange.message;
  if (!exchange.reply_expected) return nullptr;
  const bool failed = reply.kind() == wire::MessageKind::error ||
                      reply.result()["isError"].boolean().value_or(false);
  if (failed)
    ledger_->failures.failed(owner, mark.key, rules_, mark.masked ? limits::error_kind(reply) : 0,
                             exchange.steady);
  else
    ledger_->failures.succeeded(owner, mark.key);
  return nullptr;
}

void RepeatFailure::refused(const core::Exchange& exchange, const Verdict& verdict,
                            core::Notes& notes) const noexcept {
  try {
    if (verdict.reason == "instability.repeat_failure") {
      ledger_->reached(limits::Limit::repeat_failure);
      return;
    }
    if (!is_counted(exchange)) return;
    const bool schema =
        exchange.stage == Stage::request && verdict.reason.starts_with("instability.schema");
    // A server that is gone says nothing of the call; the circuit breaker counts that.
    const bool answer =
        exchange.stage == Stage::response && verdict.reason != "overload.unavailable";
    if (!schema && !answer) return;
    const limits::Fingerprint mark = limits::mark_of(exchange, notes);
    ledger_->failures.failed(limits::owner_of(exchange, notes), mark.key, rules_,
                             mark.masked ? limits::key_of({verdict.reason}).high : 0,
                             exchange.steady);
  } catch (...) {
    return;
  }
}

}  // namespace doorward::guards
