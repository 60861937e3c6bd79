// What the audit log costs: encoding and appending on a caller's thread, verifying a whole log.
// Benches module: audit
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "audit/entry.h"
#include "audit/files.h"
#include "audit/log.h"
#include "audit/proof.h"
#include "audit/tile.h"
#include "audit/tree.h"
#include "audit/verify.h"

using namespace doorward;
using namespace doorward::audit;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path().string() + "/audit-bench-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Entry typical() {
  Entry entry;
  entry.kind = Kind::decision;
  entry.time = wall_now();
  entry.call = "q6vC0m3cY0yqX1u8s2lq7h9w";
  entry.principal = "ana@example.com";
  entry.client = "editor";
  entry.task = "t1";
  entry.method = "tools/call";
  entry.server = "mail";
  entry.tool = "send_email";
  entry.definition = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  entry.classes = {"egress", "write"};
  entry.arguments = R"({"to":"bo@example.com","subject":"Minutes","body":"[redacted]"})";
  entry.arguments_hash = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
  entry.verdict = "pass";
  entry.rule = "mail-for-staff";
  entry.policy = "v12";
  return entry;
}

std::unique_ptr<Log> open_log(const std::string& folder) {
  LogOptions options;
  options.folder = folder;
  auto log = Log::open(options);
  if (!log) std::abort();
  return std::move(*log);
}

void encode_entry(benchmark::State& state) {
  const Entry entry = typical();
  for (auto _ : state) benchmark::DoNotOptimize(encode(entry));
  state.counters["bytes"] = static_cast<double>(encode(entry).size());
}
BENCHMARK(encode_entry);

// As fast as it goes: the log's own thread works against it on the other processors.
void append(benchmark::State& state) {
  static std::unique_ptr<Folder> folder;
  static std::unique_ptr<Log> log;
  if (state.thread_index() == 0) {
    folder = std::make_unique<Folder>();
    log = open_log(folder->path());
  }
  const std::string entry = encode(typical());
  int64_t refused = 0;
  for (auto _ : state) refused += !log->append(entry).has_value();
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.counters["refused"] = static_cast<double>(refused);
  if (state.thread_index() == 0) {
    log.reset();
    folder.reset();
  }
}
BENCHMARK(append)->UseRealTime()->Iterations(200'000);
BENCHMARK(append)->UseRealTime()->Iterations(50'000)->Threads(4);

// A call that waits for the disk: how many share one sync is up to the disk.
void append_durable(benchmark::State& state) {
  const Folder folder;
  const auto log = open_log(folder.path());
  const std::string entry = encode(typical());
  for (auto _ : state) benchmark::DoNotOptimize(log->append_durable(entry));
}
BENCHMARK(append_durable)->UseRealTime()->Iterations(200);

void verify_log(benchmark::State& state) {
  const Folder folder;
  const auto count = static_cast<uint64_t>(state.range(0));
  VerifyOptions options;
  options.folder = folder.path();
  options.threads = static_cast<unsigned>(state.range(1));
  {
    const auto log = open_log(folder.path());
    options.key = log->public_key();
    const std::string entry = encode(typical());
    while (log->size() < count)
      if (!log->append(entry)) std::this_thread::yield();
  }
  for (auto _ : state)
    if (!verify(options).holds()) state.SkipWithError("the log does not hold");
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * count));
}
BENCHMARK(verify_log)
    ->UseRealTime()
    ->Args({200'000, 1})
    ->Args({200'000, 0})
    ->Unit(benchmark::kMillisecond);

// Ten million entries that are all alike: the tiles of each level are, too, and a proof reads them
// as it would any others.
void prove_entry(benchmark::State& state) {
  constexpr uint64_t kEntries = 10'000'000;
  const Folder folder;
  const std::string entry = encode(typical());
  const Hash leaf = leaf_hash(entry);
  Files files;
  TreeEdge edge;
  const auto put = [&](const std::string& path, std::string_view bytes) {
    const std::string whole = folder.path() + "/" + path;
    if (!make_folders(std::filesystem::path(whole).parent_path()) ||
        !files.replace(whole, bytes, 0600, false))
      std::abort();
  };
  for (uint64_t i = 0; i < kEntries; ++i)
    edge.add(leaf, [&](unsigned level, uint64_t index, std::span<const Hash> hashes) {
      put(tile_path(level, index, kTileWidth), tile_bytes(hashes));
    });
  uint64_t left = kEntries;
  for (unsigned level = 0; level < edge.open_tiles().size(); ++level) {
    left /= kTileWidth;
    const auto& open = edge.open_tiles()[level];
    if (!open.empty()) put(tile_path(level, left, open.size()), tile_bytes(open));
  }
  std::string bundle;
  for (size_t i = 0; i < kTileWidth; ++i) append_bundle_entry(bundle, entry);
  constexpr uint64_t kAsked = 5'000'000;
  put(bundle_path(kAsked / kTileWidth, kTileWidth), bundle);
  const SigningKey key = SigningKey::generate("doorward");
  put("checkpoint", sign_checkpoint(edge.size(), edge.root(), key).note);
  for (auto _ : state)
    if (!prove(folder.path(), key.public_key(), kAsked)) state.SkipWithError("no proof");
}
BENCHMARK(prove_entry)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
