// Benches module: wire
// Validation of about 4 KB of arguments against schemas such as tools have. Target (PERFORMANCE):
// under 5 microseconds, without taking memory.
#include <benchmark/benchmark.h>

#include <string>

#include "wire/schema.h"

namespace {

using doorward::wire::JsonDocument;
using doorward::wire::Schema;
using doorward::wire::SchemaMatch;
using doorward::wire::Undeclared;

constexpr size_t kBytes = 4000;

// A file is written: one long text.
constexpr std::string_view kWriteFile = R"({"type":"object","properties":{
"path":{"type":"string","minLength":1,"maxLength":4096},"content":{"type":"string","maxLength":100000},
"mode":{"enum":["create","overwrite","append"]}},"required":["path","content"]})";

std::string write_file() {
  return R"({"path":"notes/plan.md","mode":"append","content":")" + std::string(kBytes, 'x') +
         "\"}";
}

// Rows are inserted: many small members.
constexpr std::string_view kInsert = R"({"type":"object","properties":{
"table":{"type":"string","pattern":"^[a-z_]+$"},
"rows":{"type":"array","maxItems":1000,"items":{"$ref":"#/$defs/row"}}},
"required":["table","rows"],"$defs":{"row":{"type":"object","properties":{
"id":{"type":"integer","minimum":1},"name":{"type":"string","maxLength":200},
"active":{"type":"boolean"},"score":{"type":"number","minimum":0,"maximum":100},
"tags":{"type":"array","items":{"type":"string"}}},"required":["id","name"]}}})";

std::string insert() {
  const std::string row =
      R"({"id":1234,"name":"Ana Silva","active":true,"score":12.5,"tags":["a","b"]})";
  std::string rows = row;
  while (rows.size() < kBytes) rows += "," + row;
  return R"({"table":"people","rows":[)" + rows + "]}";
}

// The knowledge graph of a memory server: entities with observations.
constexpr std::string_view kEntities = R"({"$schema":"http://json-schema.org/draft-07/schema#",
"type":"object","properties":{"entities":{"type":"array","items":{"type":"object","properties":{
"name":{"type":"string","description":"The name of the entity"},
"entityType":{"type":"string","description":"The type of the entity"},
"observations":{"type":"array","items":{"type":"string"},"description":"What is known of it"}},
"required":["name","entityType","observations"],"additionalProperties":false}}},
"required":["entities"],"additionalProperties":false})";

std::string entities() {
  const std::string entity =
      R"({"name":"Ana Silva","entityType":"person","observations":["Likes to read in the garden when )"
      R"(the weather is good","Works for the harbour office since spring"]})";
  std::string list = entity;
  while (list.size() < kBytes) list += "," + entity;
  return R"({"entities":[)" + list + "]}";
}

// Optional fields as pydantic writes them, and a discriminated union.
constexpr std::string_view kChoices = R"({"type":"object","properties":{
"steps":{"type":"array","items":{"oneOf":[
{"type":"object","properties":{"kind":{"const":"click"},"selector":{"type":"string"},
"count":{"anyOf":[{"type":"integer"},{"type":"null"}]}},"required":["kind","selector"]},
{"type":"object","properties":{"kind":{"const":"type"},"selector":{"type":"string"},
"text":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["kind","text"]}]}}},
"required":["steps"],"unevaluatedProperties":false})";

std::string choices() {
  const std::string pair =
      R"({"kind":"click","selector":"main > form > button.primary","count":null},)"
      R"({"kind":"type","selector":"main > form > input.name","text":"Ana Silva"})";
  std::string list = pair;
  while (list.size() < kBytes) list += "," + pair;
  return R"({"steps":[)" + list + "]}";
}

void match(benchmark::State& state, std::string_view schema, std::string (*make)()) {
  const auto compiled = Schema::compile(schema, {.undeclared = Undeclared::refuse});
  const auto document = JsonDocument::parse(make());
  if (!compiled || !document || compiled->match(document->root()) != SchemaMatch::yes)
    return state.SkipWithError("does not match");
  for (auto _ : state) benchmark::DoNotOptimize(compiled->match(document->root()));
  state.counters["values"] = static_cast<double>(document->nodes().size());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * document->buffer().size()));
}
BENCHMARK_CAPTURE(match, write_file, kWriteFile, write_file);
BENCHMARK_CAPTURE(match, insert, kInsert, insert);
BENCHMARK_CAPTURE(match, entities, kEntities, entities);
BENCHMARK_CAPTURE(match, choices, kChoices, choices);

void check_names(benchmark::State& state) {
  const auto compiled = Schema::compile(kInsert);
  const auto document = JsonDocument::parse(insert());
  for (auto _ : state) benchmark::DoNotOptimize(compiled->check_names(document->root()));
}
BENCHMARK(check_names);

void refuse_with_text(benchmark::State& state) {
  const auto compiled = Schema::compile(kInsert);
  const auto document = JsonDocument::parse(R"({"table":"People","rows":[{"id":"7"}],"x":1})");
  for (auto _ : state) benchmark::DoNotOptimize(compiled->validate(document->root()));
}
BENCHMARK(refuse_with_text);

void compile(benchmark::State& state, std::string_view schema) {
  for (auto _ : state) benchmark::DoNotOptimize(Schema::compile(schema));
}
BENCHMARK_CAPTURE(compile, insert, kInsert);
BENCHMARK_CAPTURE(compile, entities, kEntities);

void unique_items(benchmark::State& state) {
  std::string list = "[0";
  for (int64_t i = 1; i < state.range(0); ++i) list += "," + std::to_string(i);
  const auto document = JsonDocument::parse(list + "]");
  const auto compiled = Schema::compile(R"({"uniqueItems":true})");
  for (auto _ : state) benchmark::DoNotOptimize(compiled->match(document->root()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(unique_items)->Arg(100)->Arg(100'000);

}  // namespace
