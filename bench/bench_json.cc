// Benches module: wire
// Strict parsing of the messages that a gateway sees: each with its UTF-8 and duplicate checks, the
// copy of the buffer that a real caller saves subtracted by a benchmark of its own.
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "wire/message.h"

namespace {

using doorward::wire::JsonDocument;
using doorward::wire::Message;

std::string call_with(const std::string& text) {
  return R"({"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"write_file",)"
         R"("arguments":{"path":"notes/plan.md","content":")" +
         text + R"("},"_meta":{"progressToken":"p-17"}}})";
}

std::string repeat(const std::string& piece, size_t bytes) {
  std::string out;
  while (out.size() + piece.size() <= bytes) out += piece;
  return out;
}

// Prose on lines: an escape about every 80 bytes, now and then a quote.
std::string prose(size_t bytes) {
  return call_with(
      repeat("The quick brown fox jumps over the \\\"lazy\\\" dog, and then it goes "
             "home to rest for a while.\\n",
             bytes));
}
std::string plain(size_t bytes) {
  return call_with(repeat("plain words without anything to escape ", bytes));
}
std::string accents(size_t bytes) {
  return call_with(repeat("Größe und Länge, déjà vu, naïve Übung; ", bytes));
}
std::string cjk(size_t bytes) {
  return call_with(repeat("日本語の文章です。", bytes));
}

// A tool call whose arguments are many small members: records in a list.
std::string records(size_t bytes) {
  return R"({"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"insert",)"
         R"("arguments":{"rows":[)" +
         repeat(R"({"id":1234,"name":"Ana Silva","active":true,"score":12.5,"tags":["a","b"]},)",
                bytes) +
         R"({}]}}})";
}

// Tool definitions as servers list them, pretty-printed by none.
std::string tool_list(size_t bytes) {
  return R"({"jsonrpc":"2.0","id":3,"result":{"tools":[)" +
         repeat(R"({"name":"read_file","title":"Read a file","description":"Reads the whole of a )"
                R"(file below the workspace and returns it as text.","inputSchema":{"type":)"
                R"("object","properties":{"path":{"type":"string","description":"Where it is"},)"
                R"("head":{"type":"integer"}},"required":["path"],"additionalProperties":false}},)",
                bytes) +
         R"({"name":"last","inputSchema":{"type":"object"}}]}})";
}

std::string many_members(size_t count) {
  std::string out = "{";
  for (size_t i = 0; i < count; ++i)
    out += "\"member_" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  return out + "\"last\":0}";
}

void parse_message(benchmark::State& state, std::string (*make)(size_t)) {
  const std::string text = make(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    auto message = Message::parse(text);
    if (!message) state.SkipWithError(message.error().what.c_str());
    benchmark::DoNotOptimize(message);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK_CAPTURE(parse_message, plain, plain)->Arg(100)->Arg(4000)->Arg(64000);
BENCHMARK_CAPTURE(parse_message, prose, prose)->Arg(4000)->Arg(64000);
BENCHMARK_CAPTURE(parse_message, accents, accents)->Arg(4000);
BENCHMARK_CAPTURE(parse_message, cjk, cjk)->Arg(4000);
BENCHMARK_CAPTURE(parse_message, records, records)->Arg(4000)->Arg(64000);
BENCHMARK_CAPTURE(parse_message, tool_list, tool_list)->Arg(4000)->Arg(64000);

void parse_members(benchmark::State& state) {
  const std::string text = many_members(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    auto document = JsonDocument::parse(text, {.items = 1'000'001});
    benchmark::DoNotOptimize(document);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(parse_members)->Arg(8)->Arg(15)->Arg(32)->Arg(1000)->Arg(100'000);

void canonical(benchmark::State& state) {
  const auto document = JsonDocument::parse(records(4000));
  for (auto _ : state) benchmark::DoNotOptimize(canonical_json(document->root()));
}
BENCHMARK(canonical);

void quote(benchmark::State& state) {
  const std::string text = repeat("a line of a log, nothing to escape but \"this\" and \n", 4000);
  for (auto _ : state) benchmark::DoNotOptimize(doorward::wire::json_quote(text));
}
BENCHMARK(quote);

void splice_two(benchmark::State& state) {
  const std::string text = prose(4000);
  for (auto _ : state)
    benchmark::DoNotOptimize(doorward::wire::splice(text, {{22, 24, "\"gw-1\""}, {70, 70, "x"}}));
}
BENCHMARK(splice_two);

void copy_only(benchmark::State& state) {
  const std::string text = prose(4000);
  for (auto _ : state) {
    std::string copy(text);
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(copy_only);

}  // namespace
