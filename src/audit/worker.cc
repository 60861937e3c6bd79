#include "audit/worker.h"

#include <algorithm>

#include "audit/entry.h"
#include "audit/tree.h"

namespace doorward::audit {

namespace {
// Entries that go into tiles between two syncs: a burst must not make a sync late.
constexpr uint64_t kEntriesPerRound = 8192;
}  // namespace

Log::Worker::Worker(Parts parts) : parts_(std::move(parts)), checkpoint_(parts_.checkpoint) {
  for (const std::string& repair : parts_.repairs) event("audit.repaired", repair);
  thread_ = std::jthread([this] { run(); });
}

Log::Worker::~Worker() {
  stop_ = true;
  journal().hurry();
  if (thread_.joinable()) thread_.join();
}

Checkpoint Log::Worker::checkpoint() const {
  return checkpoint_.with([](const Checkpoint& it) { return it; });
}

void Log::Worker::event(std::string_view name, std::string_view detail) {
  Entry entry;
  entry.time = parts_.options.now();
  entry.reason = name;
  entry.detail = detail;
  // A refusal here is the log's own failure, which fail() has reported.
  (void)journal().append(encode(entry, parts_.options.max_entry_bytes));
}

void Log::Worker::when_durable(uint64_t index, Log::Done done) {
  std::optional<Expected<void>> known;
  waiting_.with([&](Waiting& it) {
    if (durable_ > index)
      known.emplace();
    else if (it.failed)
      known.emplace(std::unexpected(*it.failed));
    else
      it.durable.push_back({index + 1, std::move(done)});
  });
  if (known) done(std::move(*known));
}

void Log::Worker::when_published(Log::Done done) {
  std::optional<Error> failed;
  const uint64_t size = journal().size();
  waiting_.with([&](Waiting& it) {
    if (it.failed)
      failed = it.failed;
    else
      it.published.push_back({size, std::move(done)});
  });
  if (failed) return done(std::unexpected(std::move(*failed)));
  publish_now_ = true;
  journal().hurry();
}

void Log::Worker::wake(std::vector<Waiter> Waiting::* which, uint64_t size) {
  std::vector<Waiter> ready;
  waiting_.with([&](Waiting& it) {
    if (which == &Waiting::durable) durable_ = size;
    auto& all = it.*which;
    const auto rest =
        std::ranges::partition(all, [&](const Waiter& waiter) { return waiter.size > size; });
    std::ranges::move(rest, std::back_inserter(ready));
    all.erase(rest.begin(), all.end());
  });
  for (Waiter& waiter : ready) waiter.done({});
}

void Log::Worker::fail(const Error& why) {
  Entry entry;
  entry.time = parts_.options.now();
  entry.reason = "audit.write_failed";
  entry.detail = why.what;
  Error refusal = why;
  refusal.code = "audit.write_failed";
  journal().refuse(refusal, encode(entry, 4096));
  std::vector<Waiter> lost;
  waiting_.with([&](Waiting& it) {
    it.failed = refusal;
    lost = std::exchange(it.durable, {});
    std::ranges::move(std::exchange(it.published, {}), std::back_inserter(lost));
  });
  for (Waiter& waiter : lost) waiter.done(std::unexpected(refusal));
  if (parts_.options.on_failure) parts_.options.on_failure(refusal);
}

void Log::Worker::run() {
  const auto& options = parts_.options;
  for (;;) {
    const bool behind = parts_.publisher.size() < durable();
    const bool unsigned_rest =
        checkpoint_.with([](const Checkpoint& it) { return it.size; }) < durable();
    if (!stop_ && !behind) {
      const auto idle = unsigned_rest ? options.sync_interval : std::chrono::milliseconds(1000);
      journal().wait(options.heartbeat.count() > 0 ? std::min(idle, options.heartbeat) : idle);
    }
    if (!stop_ && !behind) journal().gather(options.sync_interval);
    const bool last = stop_;
    if (auto done = round(last); !done) return fail(done.error());
    if (last) return;
  }
}

Expected<void> Log::Worker::round(bool last) {
  const auto& options = parts_.options;
  if (auto made = journal().prepare(); !made) return made;
  if (options.heartbeat.count() > 0 && Clock::now() - beat_at_ >= options.heartbeat) {
    beat_at_ = Clock::now();
    event("audit.heartbeat", "entries so far: " + std::to_string(journal().size()));
  }
  // Taken before the sync: whoever asks for a signature meanwhile gets it in the next round.
  const bool asked = publish_now_.exchange(false);
  const auto synced = journal().sync();
  if (!synced) return std::unexpected(synced.error());
  // After the sync: nothing that was synced to a nameless file is called durable.
  if (auto there = journal().in_place(); !there) return there;
  wake(&Waiting::durable, *synced);
  Publisher& publisher = parts_.publisher;
  const auto take = [&](const Frame& frame) { return publisher.add(frame); };
  const uint64_t share = last || asked ? UINT64_MAX : kEntriesPerRound;
  if (auto done = journal().walk(*synced, share, take); !done) return done;
  const bool due = Clock::now() - published_at_ >= options.checkpoint_interval;
  if (last || asked || due)
    if (auto done = publish(); !done) return done;
  return {};
}

Expected<void> Log::Worker::publish() {
  published_at_ = Clock::now();
  Publisher& publisher = parts_.publisher;
  if (publisher.size() > checkpoint_.with([](const Checkpoint& it) { return it.size; })) {
    auto made = publisher.publish(parts_.key);
    if (!made) return std::unexpected(std::move(made.error()));
    checkpoint_.with([&](Checkpoint& it) { it = std::move(*made); });
    if (auto done = retire(); !done) return done;
  }
  wake(&Waiting::published, publisher.size());
  return {};
}

Expected<void> Log::Worker::retire() {
  // A segment goes when all of it is in full tiles, and those are on disk for good.
  const uint64_t full = parts_.publisher.size() / kTileWidth * kTileWidth;
  bool synced = false;
  for (auto end = journal().oldest_end(); end && *end <= full; end = journal().oldest_end()) {
    if (!synced)
      if (auto done = parts_.files->sync_all(parts_.options.folder); !done) return done;
    synced = true;
    if (auto done = journal().retire_oldest(); !done) return done;
  }
  return {};
}

}  // namespace doorward::audit
