// What one call costs in the log, texts of 4 KB looked through for secrets and hashed: the
// decision, and the outcome with its result. Benches module: guards
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "detect/inspector.h"
#include "guards/logtamper/entries.h"

using namespace doorward;
using namespace doorward::guards;

namespace {

std::string text_of(size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += "The minutes of the meeting on Tuesday are in the folder. ";
  out.resize(bytes);
  return out;
}

struct Call {
  explicit Call(size_t bytes)
      : message(*wire::Message::parse(
            R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send_email",)"
            R"("arguments":{"to":"bo@example.com","body":")" +
            text_of(bytes) + R"("}}})")) {
    principal.user = "ana";
    principal.groups = {"staff"};
    exchange.stage = core::Stage::request;
    exchange.call_id = "q6vC0m3cY0yqX1u8s2lq7h9w";
    exchange.server = "mail";
    exchange.principal = &principal;
    exchange.message = exchange.request = &message;
    exchange.now = wall_now();
  }
  wire::Message message;
  core::Principal principal;
  core::Exchange exchange;
};

void decision(benchmark::State& state) {
  const Call call(static_cast<size_t>(state.range(0)));
  ReceiptRules rules;
  rules.keeps_texts = state.range(1) != 0;
  detect::prepare();
  core::Notes notes;
  for (auto _ : state)
    benchmark::DoNotOptimize(decision_entry(rules, call.exchange, notes, core::pass(), false));
}
BENCHMARK(decision)->Args({200, 1})->Args({4096, 1})->Args({4096, 0});

}  // namespace
