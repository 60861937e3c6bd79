// Benches module: guards limits core wire
// What all limit checks of one call cost together, with a million tracked keys (issue: under 2 µs).
#include <benchmark/benchmark.h>

#include "core/pipeline.h"
#include "guards/instability/call_budget.h"
#include "guards/instability/circuit_breaker.h"
#include "guards/instability/loop.h"
#include "guards/instability/rate.h"
#include "guards/instability/repeat_failure.h"
#include "guards/overload/byte_quota.h"
#include "guards/overload/concurrency.h"
#include "guards/overload/heavy.h"
#include "guards/overload/subscriptions.h"

namespace doorward {
namespace {

std::vector<core::Pipeline::Door> doors(const std::shared_ptr<limits::Ledger>& ledger) {
  std::vector<core::Pipeline::Door> hung;
  const auto hang = [&](std::unique_ptr<const core::Guard> guard) {
    hung.push_back({std::move(guard), core::Mode::enforce});
  };
  const limits::Flow free{.per_second = 1e9, .burst = 1e9};
  const limits::TaskRules task{.calls = 4'000'000'000U};
  hang(std::make_unique<guards::CircuitBreaker>(ledger, limits::BreakerRules(),
                                                std::set<std::string, std::less<>>()));
  hang(std::make_unique<guards::RepeatFailure>(ledger, limits::FailureRules()));
  hang(std::make_unique<guards::Loop>(ledger, nullptr, task, core::Tasks()));
  hang(std::make_unique<guards::CallBudget>(ledger, task, core::Tasks(),
                                            limits::PerTool<uint32_t>{1, {}, {}}));
  hang(std::make_unique<guards::Rate>(ledger, limits::PerTool<limits::Flow>{free, {}, {}}));
  hang(std::make_unique<guards::ByteQuota>(ledger, limits::PerTool<limits::Flow>{free, {}, {}}));
  hang(std::make_unique<guards::Heavy>(ledger, guards::HeavyLimits()));
  hang(std::make_unique<guards::Subscriptions>(ledger, guards::Subscriptions::Most()));
  hang(std::make_unique<guards::ConcurrencyGuard>(ledger, guards::Concurrency()));
  return hung;
}

const wire::Message& call() {
  static const wire::Message made = *wire::Message::parse(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_text_file","arguments":{"path":"/work/notes/today.md","head":40}}})");
  return made;
}

const SteadyTime kNow{std::chrono::hours(1)};

// A million keys of buckets and of failures, made once.
const std::shared_ptr<limits::Ledger>& full_ledger() {
  static const std::shared_ptr<limits::Ledger> made = [] {
    auto ledger = std::make_shared<limits::Ledger>(limits::Ledger::Sizes{
        .buckets = 1'000'000, .failures = 1'000'000, .tasks = 1'000'000, .breakers = 20'000});
    for (int i = 0; i < 1'000'000; ++i) {
      const limits::Key key = limits::key_of({std::to_string(i)});
      ledger->calls.with(key, key, [](limits::Bucket&) {});
      ledger->failures.failed(key, key, limits::FailureRules(), 0, kNow);
    }
    return ledger;
  }();
  return made;
}

// The request alone: judge, commit, settle. Answers add the hash of their bytes. As many principals
// as are asked for take turns, each with keys of its own in every map.
void all_limits(benchmark::State& state, bool limited) {
  const core::Pipeline pipeline(limited ? doors(full_ledger())
                                        : std::vector<core::Pipeline::Door>());
  std::vector<core::Principal> principals(static_cast<size_t>(state.range(0)));
  for (size_t i = 0; i < principals.size(); ++i) principals[i].user = "user" + std::to_string(i);
  size_t turn = 0;
  for (auto _ : state) {
    core::Exchange exchange;
    exchange.stage = core::Stage::request;
    exchange.server = "files";
    exchange.steady = kNow;
    exchange.principal = &principals[turn++ % principals.size()];
    exchange.message = exchange.request = &call();
    core::Notes notes;
    core::Permits permits;
    auto cleared = pipeline.clear(exchange, notes, permits);
    if (!cleared) state.SkipWithError("refused");
    permits.settle({.ending = core::Ending::answered, .result_hash = {}});
  }
}

void without_limits(benchmark::State& state) {
  all_limits(state, false);
}
void with_limits(benchmark::State& state) {
  all_limits(state, true);
}
BENCHMARK(without_limits)->Arg(1000)->Arg(100'000);
BENCHMARK(with_limits)->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace doorward
