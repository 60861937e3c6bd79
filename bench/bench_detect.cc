// Benches module: detect
// What a KB of text costs: readings and patterns, secrets, the classifier, a whole argument, a
// whole result; of prose, records, pages and attacks, from 4 KiB to 10 MiB. It costs as much
// whatever the length.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "detect/inspector.h"
#include "detect/model.h"
#include "detect/reading.h"
#include "detect/views.h"
#include "wire/json.h"

namespace {

using namespace doorward::detect;

constexpr const char* kSource = DOORWARD_SOURCE_DIR;

std::string file(const std::string& name) {
  std::ifstream in(std::string(kSource) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string prose() {
  return "The quarterly numbers are in the shared folder, and the meeting takes place on Tuesday "
         "at "
         "nine in the large room. Bring questions about the new plan. ";
}
std::string records() {
  std::string out;
  for (int i = 0; i < 40; ++i)
    out += "{\"id\": " + std::to_string(1000 + 7 * i) + ", \"name\": \"Order " + std::to_string(i) +
           "\", \"when\": \"2026-03-" + std::to_string(10 + i % 18) +
           "T10:00:00Z\", \"tags\": [\"open\", \"north\"], \"note\": \"Leave it at the door.\"},\n";
  return out;
}
// Real pages: Markdown with code, addresses and tables.
std::string pages() {
  return file("docs/configuration.md") + file("docs/life_of_a_call.md") + file("docs/detection.md");
}
// Attacks one after the other, nothing between: the densest text that there is.
std::string attacks() {
  std::ifstream in(std::string(kSource) + "/tests/unit/detect/values.jsonl");
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const auto parsed = doorward::wire::JsonDocument::parse(line);
    if (!parsed || parsed->root()["alarm"].raw() != "true") continue;
    out += std::string(parsed->root()["text"].text()) + "; ";
  }
  return out;
}
// An attack in each page's worth.
std::string mixed() {
  std::string out;
  const std::string page = pages(), attack = attacks();
  for (size_t at = 0, i = 0; at < page.size() && 120 * (i + 1) < attack.size(); at += 4000, ++i)
    out += page.substr(at, 4000) + attack.substr(120 * i, 120);
  return out;
}

struct Text {
  const char* name;
  std::string (*make)();
};
constexpr Text kTexts[] = {{"prose", prose},
                           {"records", records},
                           {"pages", pages},
                           {"mixed", mixed},
                           {"attacks", attacks}};

std::string grown(const std::string& piece, size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += piece;
  out.resize(bytes);
  return out;
}

struct Work {
  const char* name;
  void (*run)(std::string_view text);
};
const Work kWorks[] = {
    {"views", [](std::string_view text) { benchmark::DoNotOptimize(views_of(text)); }},
    {"views and patterns of results",
     [](std::string_view text) {
       benchmark::DoNotOptimize(ask_rules({Channel::tool_result, Role::text, text}).evidence);
     }},
    {"views and patterns of arguments",
     [](std::string_view text) {
       benchmark::DoNotOptimize(ask_rules({Channel::tool_arguments, Role::text, text}).evidence);
     }},
    {"classifier",
     [](std::string_view text) {
       benchmark::DoNotOptimize(Model::built_in().ask(Channel::tool_result, text));
     }},
    // As guards ask for them.
    {"result",
     [](std::string_view text) {
       Reading reading(text);
       benchmark::DoNotOptimize(reading.report(Channel::tool_result, Role::text, kInstructions));
       benchmark::DoNotOptimize(reading.secrets());
     }},
    {"argument",
     [](std::string_view text) {
       Reading reading(text);
       benchmark::DoNotOptimize(reading.report(Channel::tool_arguments, Role::text, kAttacks));
       benchmark::DoNotOptimize(reading.secrets());
     }},
};

}  // namespace

int main(int argc, char** argv) {
  prepare();
  for (const Text& text : kTexts)
    for (const size_t kib : {size_t{4}, size_t{64}, size_t{1024}, size_t{10240}})
      for (const Work& work : kWorks)
        benchmark::RegisterBenchmark(
            (std::string(work.name) + ", " + text.name + " " + std::to_string(kib) + " KiB")
                .c_str(),
            [kib, &text, &work](benchmark::State& state) {
              const std::string given = grown(text.make(), kib * 1024);
              for (auto _ : state) work.run(given);
              // Seconds for a KiB: `1.2u` are 1.2 microseconds.
              state.counters["per_KiB"] = benchmark::Counter(
                  static_cast<double>(kib),
                  benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
            });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
