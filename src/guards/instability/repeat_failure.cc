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

constexpr std::string_view kUnavailable = "overload.unavailable";

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

// Counts a failure of the call: of what it is like and of what it is near to, by the kind of its
// error; and of the very same call, whatever its error says.
void count_failure(limits::Failures& failures, Key owner, const limits::Fingerprint& mark,
                   const limits::FailureRules& rules, uint64_t kind, SteadyTime now) {
  if (mark.masked) failures.failed(owner, mark.exact, rules, 0, now);
  if (mark.masked) failures.failed(owner, mark.near, rules, kind, now);
  failures.failed(owner, mark.key, rules, mark.masked ? kind : 0, now);
}

class UnderWay : public core::Permit {
 public:
  struct Call {
    Key owner;
    limits::Fingerprint mark;
    limits::FailureRules rules;
    SteadyTime began;
  };
  UnderWay(std::shared_ptr<limits::Ledger> ledger, const Call& call)
      : ledger_(std::move(ledger)), call_(call) {}
  ~UnderWay() override { ledger_->failures.ended(call_.owner, call_.mark.key); }

  // It was sent, and the connection broke or the process ended: the call may have done that.
  void settle(const core::Outcome& outcome) noexcept override {
    if (outcome.ending != core::Ending::upstream_gone || !outcome.effect_unknown ||
        outcome.reason != kUnavailable)
      return;
    count_failure(ledger_->failures, call_.owner, call_.mark, call_.rules,
                  limits::key_of({kUnavailable}).high, call_.began + outcome.latency);
  }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const Call call_;
};

}  // namespace

Verdict RepeatFailure::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.stage != Stage::request || !is_counted(exchange)) return core::pass();
  const Key owner = limits::owner_of(exchange, notes);
  const limits::Fingerprint mark = limits::mark_of(exchange, notes);
  auto wait = ledger_->failures.blocked(owner, mark.key, exchange.steady);
  for (const Key& other : {mark.exact, mark.near})
    if (!wait && mark.masked) wait = ledger_->failures.blocked(owner, other, exchange.steady);
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
    return std::make_unique<UnderWay>(
        ledger_,
        UnderWay::Call{.owner = owner, .mark = mark, .rules = rules_, .began = exchange.steady});
  }
  const wire::Message& reply = *exchange.message;
  if (!exchange.reply_expected) return nullptr;
  const bool failed = reply.kind() == wire::MessageKind::error ||
                      reply.result()["isError"].boolean().value_or(false);
  if (failed) {
    count_failure(ledger_->failures, owner, mark, rules_,
                  mark.masked ? limits::error_kind(reply) : 0, exchange.steady);
    return nullptr;
  }
  ledger_->failures.succeeded(owner, mark.key);
  if (mark.masked) ledger_->failures.succeeded(owner, mark.exact);
  if (mark.masked) ledger_->failures.succeeded(owner, mark.near);
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
    // A server that could not be asked says nothing of the call; one that it was sent to and that
    // was lost is counted where the call is settled.
    const bool answer = exchange.stage == Stage::response && verdict.reason != kUnavailable;
    if (!schema && !answer) return;
    const limits::Fingerprint mark = limits::mark_of(exchange, notes);
    count_failure(ledger_->failures, limits::owner_of(exchange, notes), mark, rules_,
                  mark.masked ? limits::key_of({verdict.reason}).high : 0, exchange.steady);
  } catch (...) {
    return;
  }
}

}  // namespace doorward::guards
