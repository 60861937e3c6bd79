#include "guards/instability/call_budget.h"

#include "limits/marks.h"

namespace doorward::guards {

using limits::TaskCounts;

const core::GuardFacts& CallBudget::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.call_budget", core::Area::instability,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

// Gives the cost back where the call was not sent after all.
class Spent : public core::Permit {
 public:
  Spent(std::shared_ptr<limits::Ledger> ledger, limits::TaskRef task, uint32_t cost)
      : ledger_(std::move(ledger)), task_(task), cost_(cost) {}
  ~Spent() override {
    if (cost_ > 0) ledger_->tasks.give_back(task_, cost_);
  }
  void settle(const core::Outcome&) noexcept override { cost_ = 0; }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::TaskRef task_;
  uint32_t cost_;
};

bool is_counted(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->is_request() &&
         limits::is_work(*exchange.message);
}

}  // namespace

core::Verdict CallBudget::refusal(const TaskCounts::Budget& budget) const {
  const bool calls = budget.stop == TaskCounts::Stop::calls;
  ledger_->reached(calls ? limits::Limit::task_calls : limits::Limit::task_time);
  std::string text =
      calls ? "This task has used up its budget of " + std::to_string(rules_.calls) + " calls."
            : std::string("The time of this task is over.");
  text +=
      " Stop, and tell the user what is done and what is not; more needs a new task (a new "
      "session, where there is one)";
  if (budget.retry) text += ", or a pause of " + std::to_string(budget.retry->count()) + " seconds";
  text += ".";
  core::Verdict verdict = core::deny(calls ? "instability.call_budget" : "instability.task_time",
                                     "R2.5", std::move(text), core::Answer::limited);
  verdict.retry_after = budget.retry;
  return verdict;
}

namespace {
// From four fifths on the log says how much of the budget is used.
void note_use(core::Notes& notes, uint64_t used, uint64_t of) {
  if (used * 5 >= of * 4) notes.limits.push_back({"task_calls", used, of});
}
}  // namespace

core::Verdict CallBudget::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return core::pass();
  const uint32_t cost = costs_.of(exchange.server, limits::tool_of(*exchange.message));
  const auto budget =
      ledger_->tasks.look(limits::task_ref(exchange, tasks_, notes), rules_, cost, exchange.steady);
  if (budget.stop == TaskCounts::Stop::none) return core::pass();
  note_use(notes, budget.used, rules_.calls);
  return refusal(budget);
}

core::Commitment CallBudget::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return nullptr;
  const uint32_t cost = costs_.of(exchange.server, limits::tool_of(*exchange.message));
  const limits::TaskRef task = limits::task_ref(exchange, tasks_, notes);
  const auto budget = ledger_->tasks.take(task, rules_, cost, exchange.steady);
  notes.limits.clear();  // told again where it is judged again
  note_use(notes, budget.used + uint64_t{cost}, rules_.calls);
  if (budget.stop != TaskCounts::Stop::none) return std::unexpected(refusal(budget));
  return std::make_unique<Spent>(ledger_, task, cost);
}

}  // namespace doorward::guards
