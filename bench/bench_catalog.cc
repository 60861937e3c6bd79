// Benches module: catalog
// What a look at a list costs: unchanged, changed in one tool, and the lookup of each call.
#include <benchmark/benchmark.h>

#include <string>

#include "catalog/registry.h"

namespace doorward::catalog {
namespace {

std::string list_of(size_t tools, std::string_view change = "") {
  std::string out = "[";
  for (size_t i = 0; i < tools; ++i) {
    if (i > 0) out += ',';
    out +=
        R"({"name":"read_table_)" + std::to_string(i) +
        R"(","description":"Reads rows of a table, page by page, with the columns that are named.)" +
        std::string(i == tools / 2 ? change : "") +
        R"(","inputSchema":{"type":"object","properties":{"table":{"type":"string","description":"Which one"},)"
        R"("columns":{"type":"array","items":{"type":"string"}},"page":{"type":"integer","minimum":0}},)"
        R"("required":["table"]},"annotations":{"readOnlyHint":true}})";
  }
  return out + "]";
}

struct Prepared {
  Prepared() : registry(*Registry::open({})) {
    registry->configure({{"db", {.first_use = true}}}, std::chrono::minutes(1));
    auto first = wire::JsonDocument::parse(list_of(500));
    registry->observe_list({.server = "db", .items = first->root(), .now = wall_now()});
  }
  std::shared_ptr<Registry> registry;
};

void unchanged_list(benchmark::State& state) {
  Prepared prepared;
  const auto document = wire::JsonDocument::parse(list_of(500));
  for (auto _ : state)
    prepared.registry->observe_list({.server = "db", .items = document->root(), .now = wall_now()});
}
BENCHMARK(unchanged_list)->Unit(benchmark::kMicrosecond);

void unchanged_list_with_parsing(benchmark::State& state) {
  Prepared prepared;
  const std::string text = list_of(500);
  for (auto _ : state) {
    const auto document = wire::JsonDocument::parse(text);
    prepared.registry->observe_list({.server = "db", .items = document->root(), .now = wall_now()});
  }
}
BENCHMARK(unchanged_list_with_parsing)->Unit(benchmark::kMicrosecond);

void each_item_for_a_client(benchmark::State& state) {
  Prepared prepared;
  const auto document = wire::JsonDocument::parse(list_of(500));
  for (auto _ : state) {
    size_t shown = 0;
    for (const wire::JsonValue item : document->root().items())
      shown += prepared.registry->catalog().compare("db", DefinitionKind::tool, item).is_shown();
    if (shown != 500) state.SkipWithError("a tool is not shown");
  }
}
BENCHMARK(each_item_for_a_client)->Unit(benchmark::kMicrosecond);

void one_tool_changed(benchmark::State& state) {
  const auto good = wire::JsonDocument::parse(list_of(500));
  const auto changed = wire::JsonDocument::parse(list_of(500, " And sends them."));
  for (auto _ : state) {
    state.PauseTiming();
    Prepared prepared;
    state.ResumeTiming();
    prepared.registry->observe_list({.server = "db", .items = changed->root(), .now = wall_now()});
  }
}
BENCHMARK(one_tool_changed)->Unit(benchmark::kMillisecond);

void lookup_of_a_call(benchmark::State& state) {
  Prepared prepared;
  for (auto _ : state) benchmark::DoNotOptimize(prepared.registry->tool("db", "read_table_250"));
}
BENCHMARK(lookup_of_a_call)->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace doorward::catalog
