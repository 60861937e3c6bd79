#include "guards/instability/circuit_breaker.h"

#include "limits/marks.h"

namespace doorward::guards {

using limits::Breakers;
using limits::Key;

const core::GuardFacts& CircuitBreaker::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.circuit_breaker", core::Area::instability,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

core::Verdict refusal(limits::Ledger& ledger, limits::Seconds wait) {
  ledger.reached(limits::Limit::circuit);
  core::Verdict verdict = core::deny(
      "instability.circuit_open", "R2.4",
      "The server does not answer, so nothing is sent to it for a while. Do something else; try "
      "again in " +
          std::to_string(wait.count()) + " seconds.",
      core::Answer::unavailable);
  verdict.retry_after = wait;
  return verdict;
}

// In Notes: this call is the probe, and is not to be refused for it when it is judged again.
constexpr std::string_view kProbes = "instability.probes";

bool is_counted(const core::Exchange& exchange) {
  return exchange.message != nullptr && exchange.message->is_request() &&
         exchange.message->method() != wire::Method::subscriptions_listen;
}

// The server's breaker, and this principal's own with it.
struct Circuits {
  Circuits(const core::Exchange& exchange, core::Notes& notes)
      : server(limits::server_key(exchange, notes)), own(limits::way_key(exchange, notes)) {}
  // The principal, as these breakers know him; the call counts where one ends.
  [[nodiscard]] Breakers::Caller caller(uint64_t call = 0) const { return {own.high, call}; }
  Key server, own;
};

uint64_t call_of(const core::Exchange& exchange, core::Notes& notes) {
  if (exchange.request != nullptr && limits::is_work(*exchange.request))
    return limits::mark_of(exchange, notes).key.high;
  return limits::key_of({exchange.message->method_name()}).high;
}

class Call : public core::Permit {
 public:
  struct Facts {
    limits::BreakerRules rules;
    Circuits circuits;
    Breakers::Caller caller;
    SteadyTime began;
    bool shared;  // its process or address serves other principals as well
  };
  Call(std::shared_ptr<limits::Ledger> ledger, Facts facts)
      : ledger_(std::move(ledger)), facts_(facts) {}
  ~Call() override { withdraw(); }
  void probes(const Key& circuit) { probed_.push_back(circuit); }

  void settle(const core::Outcome& outcome) noexcept override {
    using core::Ending;
    Breakers& breakers = ledger_->breakers;
    const auto& [server, own] = facts_.circuits;
    const SteadyTime now = facts_.began + outcome.latency;
    switch (outcome.ending) {
      case Ending::answered:
      case Ending::error_answer:
        breakers.succeeded(server, facts_.rules, now);
        breakers.succeeded(own, facts_.rules, now);
        probed_.clear();
        break;
      case Ending::upstream_gone:
        failed(own, Breakers::Blame::server, now);
        if (!facts_.shared) break;
        // What was sent may itself have broken it.
        failed(server, outcome.effect_unknown ? Breakers::Blame::either : Breakers::Blame::server,
               now);
        break;
      case Ending::deadline:
        failed(own, Breakers::Blame::server, now);
        break;
      default:  // says nothing of the server
        break;
    }
    withdraw();
  }

 private:
  // Probes that said nothing: the next call tries.
  void withdraw() noexcept {
    for (const Key& circuit : probed_) ledger_->breakers.withdrawn(circuit, facts_.caller);
    probed_.clear();
  }
  void failed(const Key& circuit, Breakers::Blame blame, SteadyTime now) {
    if (ledger_->breakers.failed(circuit, facts_.caller, blame, facts_.rules, now))
      ledger_->circuits_opened.fetch_add(1, std::memory_order_relaxed);
    std::erase(probed_, circuit);
  }
  const std::shared_ptr<limits::Ledger> ledger_;
  const Facts facts_;
  std::vector<Key> probed_;
};

}  // namespace

core::Verdict CircuitBreaker::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange) || notes.values.contains(kProbes)) return core::pass();
  const Circuits circuits(exchange, notes);
  for (const Key& circuit : {circuits.server, circuits.own})
    if (const auto wait = ledger_->breakers.open(circuit, circuits.caller(), exchange.steady))
      return refusal(*ledger_, *wait);
  return core::pass();
}

core::Commitment CircuitBreaker::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return nullptr;
  const Circuits circuits(exchange, notes);
  auto call = std::make_unique<Call>(
      ledger_, Call::Facts{.rules = rules_,
                           .circuits = circuits,
                           .caller = circuits.caller(call_of(exchange, notes)),
                           .began = exchange.steady,
                           .shared = !local_.contains(exchange.server)});
  for (const Key& circuit : {circuits.server, circuits.own}) {
    const auto pass = ledger_->breakers.enter(circuit, circuits.caller(), exchange.steady);
    // Another call was the probe; dropping `call` gives back what it took.
    if (pass == Breakers::Pass::refused)
      return std::unexpected(
          refusal(*ledger_, ledger_->breakers.open(circuit, circuits.caller(), exchange.steady)
                                .value_or(limits::Seconds(1))));
    if (pass == Breakers::Pass::probe) {
      call->probes(circuit);
      notes.values.try_emplace(std::string(kProbes));
    }
  }
  return call;
}

}  // namespace doorward::guards
