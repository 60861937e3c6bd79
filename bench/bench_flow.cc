// Benches module: policy
// What a task's index costs: a result taken in, and a call to a sink judged against a full one.
#include <benchmark/benchmark.h>

#include "policy/flow/judge.h"

namespace {

namespace flow = doorward::policy::flow;
namespace wire = doorward::wire;
using doorward::core::ToolClass;

std::string prose(size_t bytes) {
  static constexpr const char* kWords[] = {"the",    "meeting", "of",       "our",   "team",
                                           "moves",  "to",      "Thursday", "and",   "Sarah",
                                           "brings", "figures", "about",    "sales", "in"};
  std::string text;
  for (unsigned i = 0; text.size() < bytes; ++i) {
    text += kWords[(i * 7 + i / 11) % 15];
    text += i % 12 == 11 ? ". " : " ";
    if (i % 40 == 39) text += "ann" + std::to_string(i) + "@corp.example ";
  }
  return text;
}

std::string listing(size_t bytes) {
  std::string text = "[";
  for (unsigned i = 0; text.size() < bytes; ++i)
    text +=
        (i > 0 ? "," : "") + std::string(R"({"id":)") + std::to_string(i) + R"(,"sender":"ann)" +
        std::to_string(i) +
        R"(@corp.example","subject":"Figures of the week","body":"The figures stand below, and )"
        R"(the next ones come on Thursday."})";
  return text + "]";
}

wire::JsonDocument result_of(const std::string& text) {
  auto made = wire::JsonDocument::parse(R"({"content":[{"type":"text","text":)" +
                                        wire::json_quote(text) + "}]}");
  return std::move(*made);
}

flow::ToolLabels source() {
  flow::ToolLabels labels;
  labels.classes = {ToolClass::read};
  labels.is_private = true;
  return labels;
}

void take_in(benchmark::State& state, const std::string& text) {
  const auto result = result_of(text);
  const flow::ToolLabels labels = source();
  flow::TaskIndex task;
  task.add_prompt("Tell Sarah what the figures of the week are");
  for (auto _ : state) task.add_result({"mail", "read", &labels, {}, result.root(), {}});
  state.counters["ns_per_KB"] = benchmark::Counter(
      static_cast<double>(text.size()) / 1024,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void Prose(benchmark::State& state) {
  take_in(state, prose(static_cast<size_t>(state.range(0))));
}
void Listing(benchmark::State& state) {
  take_in(state, listing(static_cast<size_t>(state.range(0))));
}
BENCHMARK(Prose)->Arg(1024)->Arg(16 * 1024);
BENCHMARK(Listing)->Arg(1024)->Arg(16 * 1024);

void JudgeMail(benchmark::State& state) {
  const flow::ToolLabels labels = source();
  flow::TaskIndex task;
  task.add_prompt("Tell Sarah what the figures of the week are, write to sarah@corp.example");
  for (int i = 0; i < 4; ++i) {
    const auto text = result_of(prose(12 * 1024)), list = result_of(listing(4 * 1024));
    task.add_result({"mail", "read", &labels, {}, text.root(), {}});
    task.add_result({"mail", "read", &labels, {}, list.root(), {}});
  }
  flow::ToolLabels sink;
  sink.classes = {ToolClass::egress};
  flow::read_definition(sink, "send_mail", "", {});
  flow::Rule rule;
  rule.block = {ToolClass::egress};
  const std::vector<flow::Rule> rules{rule};
  const auto arguments = wire::JsonDocument::parse(
      R"({"to":["sarah@corp.example","ann7@corp.example"],"subject":"Figures","body":"Dear Sarah, )"
      R"(here is what you asked me for, see www.corp.example/figures. Best wishes, Ana"})");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        flow::judge(task, rules, {"m", "send_mail", &sink, arguments->root()}));
  state.counters["bytes"] = static_cast<double>(task.bytes());
}
BENCHMARK(JudgeMail);

}  // namespace
