#include "guards/instability/loop.h"

#include "limits/marks.h"

namespace doorward::guards {

using core::Stage;
using core::Verdict;

const core::GuardFacts& Loop::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.loop", core::Area::instability,
                                           core::stages(Stage::request, Stage::response), true};
  return kFacts;
}

namespace {

bool is_counted(const core::Exchange& exchange) {
  return exchange.request != nullptr && exchange.request->is_request() &&
         limits::is_work(*exchange.request);
}

class UnderWay : public core::Permit {
 public:
  UnderWay(std::shared_ptr<limits::Ledger> ledger, limits::TaskRef task)
      : ledger_(std::move(ledger)), task_(task) {}
  ~UnderWay() override { ledger_->tasks.ended(task_); }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const limits::TaskRef task_;
};

}  // namespace

// A tool that writes, by a person's word, is no poll whatever it answers.
uint64_t Loop::answer_of(const core::Exchange& exchange) const {
  const wire::Message& request = *exchange.request;
  bool may_poll = true;
  if (request.method() == wire::Method::tools_call) {
    const catalog::ToolView tool = registry_->tool(exchange.server, request.target());
    may_poll = !tool.confirmed || tool.classes == core::ClassSet{core::ToolClass::read};
  }
  return limits::answer_mark(request, *exchange.message, may_poll);
}

Verdict Loop::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.stage != Stage::request || !is_counted(exchange)) return core::pass();
  const auto wait =
      ledger_->tasks.circles(limits::task_ref(exchange, tasks_, notes), rules_,
                             limits::mark_of(exchange, notes).key.high, exchange.steady);
  if (!wait) return core::pass();
  Verdict verdict = core::deny(
      "instability.loop", "R2.3",
      "You are going in circles: the last calls repeat with the same arguments and the same "
      "answers. This call was not sent. Use the answers that you have, try something else, or "
      "stop and tell the user.",
      core::Answer::limited);
  verdict.retry_after = wait;
  return verdict;
}

core::Commitment Loop::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return nullptr;
  const limits::TaskRef task = limits::task_ref(exchange, tasks_, notes);
  if (exchange.stage == Stage::request) {
    ledger_->tasks.began(task);
    return std::make_unique<UnderWay>(ledger_, task);
  }
  if (!exchange.reply_expected) return nullptr;
  const wire::Message& reply = *exchange.message;
  const bool failed = reply.kind() == wire::MessageKind::error ||
                      reply.result()["isError"].boolean().value_or(false);
  const uint64_t answer = failed ? limits::kFailedAnswer : answer_of(exchange);
  ledger_->tasks.answered(task, {limits::mark_of(exchange, notes).key.high, answer});
  return nullptr;
}

void Loop::refused(const core::Exchange& exchange, const Verdict& verdict,
                   core::Notes& notes) const noexcept {
  try {
    if (!is_counted(exchange)) return;
    const limits::TaskRef task = limits::task_ref(exchange, tasks_, notes);
    const uint64_t call = limits::mark_of(exchange, notes).key.high;
    if (verdict.reason == "instability.loop") {
      ledger_->reached(limits::Limit::loop);
      ledger_->tasks.stop_circle(task, rules_, call, exchange.steady);
    } else if (exchange.stage == Stage::response) {
      ledger_->tasks.answered(task, {call, limits::kFailedAnswer});
    }
  } catch (...) {
    return;
  }
}

}  // namespace doorward::guards
