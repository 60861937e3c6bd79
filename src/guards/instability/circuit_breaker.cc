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
  explicit Circuits(const core::Exchange& exchange)
      : server(limits::key_of({"server", exchange.server})),
        own(limits::key_of({"own", exchange.server,
                            exchange.principal != nullptr ? exchange.principal->key() : ""})) {}
  Key server, own;
};

class Call : public core::Permit {
 public:
  struct Facts {
    limits::BreakerRules rules;
    Circuits circuits;
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
        count(breakers.failed(own, facts_.rules, now));
        if (facts_.shared) count(breakers.failed(server, facts_.rules, now));
        std::erase_if(probed_, [&](const Key& key) { return facts_.shared || key == own; });
        break;
      case Ending::deadline:
        count(breakers.failed(own, facts_.rules, now));
        std::erase(probed_, own);
        break;
      default:  // says nothing of the server
        break;
    }
    withdraw();
  }

 private:
  // Probes that said nothing: the next call tries.
  void withdraw() noexcept {
    for (const Key& circuit : probed_) ledger_->breakers.withdrawn(circuit);
    probed_.clear();
  }
  void count(bool opened) {
    if (opened) ledger_->circuits_opened.fetch_add(1, std::memory_order_relaxed);
  }
  const std::shared_ptr<limits::Ledger> ledger_;
  const Facts facts_;
  std::vector<Key> probed_;
};

}  // namespace

core::Verdict CircuitBreaker::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange) || notes.values.contains(kProbes)) return core::pass();
  const Circuits circuits(exchange);
  for (const Key& circuit : {circuits.server, circuits.own})
    if (const auto wait = ledger_->breakers.open(circuit, rules_, exchange.steady))
      return refusal(*ledger_, *wait);
  return core::pass();
}

core::Commitment CircuitBreaker::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (!is_counted(exchange)) return nullptr;
  const Circuits circuits(exchange);
  auto call =
      std::make_unique<Call>(ledger_, Call::Facts{.rules = rules_,
                                                  .circuits = circuits,
                                                  .began = exchange.steady,
                                                  .shared = !local_.contains(exchange.server)});
  for (const Key& circuit : {circuits.server, circuits.own}) {
    const auto pass = ledger_->breakers.enter(circuit, exchange.steady);
    // Another call was the probe; dropping `call` gives back what it took.
    if (pass == Breakers::Pass::refused)
      return std::unexpected(refusal(
          *ledger_,
          ledger_->breakers.open(circuit, rules_, exchange.steady).value_or(limits::Seconds(1))));
    if (pass == Breakers::Pass::probe) {
      call->probes(circuit);
      notes.values.try_emplace(std::string(kProbes));
    }
  }
  return call;
}

}  // namespace doorward::guards
