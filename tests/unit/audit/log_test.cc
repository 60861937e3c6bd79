// The log as a caller sees it: order, durability, opening again.
#include "audit/log.h"

#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "audit/chain.h"
#include "audit/entry.h"
#include "audit/journal.h"
#include "audit/proof.h"
#include "audit/segment.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

std::vector<std::string> exported(const std::string& folder) {
  std::vector<std::string> out;
  const auto key = PublicKey::parse(slurp(folder + "/key.pub"));
  const auto done = export_entries(folder, *key, {}, [&](std::string_view line) {
    out.emplace_back(line);
    return true;
  });
  EXPECT_TRUE(done.has_value()) << done.error().what;
  return out;
}

TEST(Log, KeepsEntriesInOrderOverManyOpenings) {
  const Folder folder;
  uint64_t next = 0;
  for (const int count : {0, 1, 254, 1, 1, 600, 3000, 2, 0}) {
    const auto log = open_log(small_log(folder.path()));
    ASSERT_TRUE(log);
    EXPECT_TRUE(log->repairs().empty());
    EXPECT_EQ(log->size(), next);
    for (int i = 0; i < count; ++i, ++next) EXPECT_EQ(log->append(sample(next)).value(), next);
  }
  const auto report = verify_folder(folder.path());
  EXPECT_TRUE(report.holds()) << describe(report);
  EXPECT_EQ(report.size, next);
  const auto lines = exported(folder.path());
  ASSERT_EQ(lines.size(), next + 1);
  for (uint64_t i = 0; i < next; ++i)
    EXPECT_NE(lines[i].find("\"call\":\"c" + std::to_string(i) + "\""), std::string::npos);
  // Old segments went: what is in tiles for good is not kept twice.
  size_t segments = 0;
  for ([[maybe_unused]] const auto& it : std::filesystem::directory_iterator(folder / "segment"))
    ++segments;
  EXPECT_LE(segments, 3U);
}

TEST(Log, PublishesAndProvesEachEntry) {
  const Folder folder;
  const auto log = open_log(small_log(folder.path()));
  for (uint64_t i = 0; i < 700; ++i) ASSERT_TRUE(log->append(sample(i)));
  const auto checkpoint = log->publish();
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->size, 700U);
  for (const uint64_t index : {0, 1, 255, 256, 511, 512, 698, 699}) {
    const auto proof = prove(folder.path(), log->public_key(), index);
    ASSERT_TRUE(proof.has_value()) << proof.error().what;
    EXPECT_EQ(check_proof(proof->text(), proof->entry, log->public_key()).value(), index);
    EXPECT_FALSE(check_proof(proof->text(), proof->entry + " ", log->public_key()));
  }
  EXPECT_EQ(prove(folder.path(), log->public_key(), 700).error().code, "audit.range");
  for (const uint64_t old : {1, 256, 300, 512, 700})
    EXPECT_TRUE(prove_consistency(folder.path(), log->public_key(), old).has_value()) << old;
}

// What is written to a file without a name is kept by nobody.
TEST(Log, RefusesWhenItsFilesAreTakenAway) {
  const std::vector<std::function<void(const Folder&)>> ways = {
      [](const Folder& folder) { std::filesystem::remove_all(folder.path()); },
      [](const Folder& folder) { std::filesystem::remove_all(folder / "segment"); },
      [](const Folder& folder) {
        std::filesystem::rename(folder / "segment", folder / "elsewhere");
        std::filesystem::copy(folder / "elsewhere", folder / "segment");
      }};
  for (const auto& take_away : ways) {
    const Folder folder;
    LogOptions options = small_log(folder.path());
    int told = 0;
    options.on_failure = [&told](const Error&) { ++told; };
    auto log = open_log(std::move(options));
    ASSERT_TRUE(log->append_durable(sample(0)).has_value());
    take_away(folder);
    EXPECT_FALSE(log->append_durable(sample(1)).has_value());
    EXPECT_FALSE(log->append(sample(2)).has_value());
    EXPECT_TRUE(log->failure_state().has_value());
    log.reset();
    EXPECT_EQ(told, 1);
  }
}

TEST(Log, RefusesWhatIsNoEntry) {
  const Folder folder;
  const auto log = open_log(small_log(folder.path()));
  for (const char* entry : {"", "{}", "[1]", "x", "{\"a\":1}\n", "{\"a\":\n1}", "{ \"a\":1}"})
    EXPECT_EQ(log->append(entry).error().code, "audit.entry_syntax") << entry;
  const std::string big = "{\"a\":\"" + std::string(16 * 1024, 'x') + "\"}";
  EXPECT_EQ(log->append(big).error().code, "audit.entry_size");
  EXPECT_EQ(log->size(), 0U);
}

TEST(Log, ManyThreadsGetEachIndexOnce) {
  const Folder folder;
  const auto log = open_log(small_log(folder.path()));
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  std::vector<std::atomic<int>> seen(kThreads * kEach);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < kEach;) {
          const auto index = log->append(sample(static_cast<uint64_t>(i)));
          if (!index && index.error().code == "audit.backlog") continue;
          ASSERT_TRUE(index.has_value()) << index.error().what;
          ++seen[*index];
          ++i;
        }
      });
  }
  for (const auto& count : seen) EXPECT_EQ(count, 1);
  ASSERT_TRUE(log->publish());
  const auto report = verify_folder(folder.path());
  EXPECT_TRUE(report.holds()) << describe(report);
}

TEST(Log, StrictAnswersWhenOnDiskAndBatchAtOnce) {
  for (const Durability durability : {Durability::batch, Durability::strict}) {
    const Folder folder;
    auto options = small_log(folder.path());
    options.durability = durability;
    options.sync_interval = std::chrono::hours(1);  // only a strict caller makes it hurry
    const auto log = open_log(options);
    const auto index = log->append(sample(0));
    std::atomic<bool> answered{false};
    uint64_t durable_then = 0;
    log->acknowledge(*index, [&](Expected<void> value) {
      EXPECT_TRUE(value.has_value());
      durable_then = log->durable_size();
      answered = true;
      answered.notify_one();
    });
    if (durability == Durability::batch) {
      EXPECT_TRUE(answered);
    } else {
      answered.wait(false);
      EXPECT_GE(durable_then, 1U);
    }
  }
}

TEST(Log, DurableAppendIsDurable) {
  const Folder folder;
  const auto log = open_log(small_log(folder.path()));
  for (uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(log->append_durable(sample(i)).value(), i);
    EXPECT_GT(log->durable_size(), i);
  }
}

TEST(Log, AJumpOfTheClockChangesNothing) {
  const Folder folder;
  auto options = small_log(folder.path());
  WallTime now = wall_now();
  options.now = [&] { return now; };
  options.heartbeat = std::chrono::milliseconds(1);
  options.sync_interval = std::chrono::milliseconds(1);
  {
    const auto log = open_log(options);
    ASSERT_TRUE(log->append_durable(sample(0)));
  }
  now -= std::chrono::hours(24 * 365);
  {
    const auto log = open_log(options);
    ASSERT_TRUE(log->append_durable(sample(1)));
  }
  now += std::chrono::hours(24 * 3650);
  {
    const auto log = open_log(options);
    ASSERT_TRUE(log->append_durable(sample(2)));
  }
  const auto report = verify_folder(folder.path());
  EXPECT_TRUE(report.holds()) << describe(report);
  EXPECT_GE(report.size, 3U);
}

TEST(Log, BeatsWhenNothingHappens) {
  const Folder folder;
  auto options = small_log(folder.path());
  options.heartbeat = std::chrono::milliseconds(2);
  options.sync_interval = std::chrono::milliseconds(1);
  const auto log = open_log(options);
  while (log->size() < 3) std::this_thread::yield();
  ASSERT_TRUE(log->publish());
  EXPECT_NE(exported(folder.path())[2].find("audit.heartbeat"), std::string::npos);
}

TEST(Log, CanBeVerifiedWhileItIsWritten) {
  const Folder folder;
  auto options = small_log(folder.path());
  options.sync_interval = std::chrono::milliseconds(1);
  options.checkpoint_interval = std::chrono::milliseconds(2);
  const auto log = open_log(options);
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    for (uint64_t i = 0; !stop; ++i)
      if (!log->append(sample(i))) std::this_thread::yield();
  });
  for (int i = 0; i < 15; ++i) {
    const auto report = verify_folder(folder.path());
    EXPECT_TRUE(report.holds()) << describe(report);
  }
  stop = true;
}

// A segment that the tiles hold whole is kept until reading has moved on to the next one.
TEST(Journal, RetiresOnlyWhatIsReadThrough) {
  const Folder folder;
  Recovery found;
  const auto journal =
      Journal::open({folder.path(), 64 * 1024, 4096, 8192}, std::make_shared<Files>(), found);
  ASSERT_TRUE(journal.has_value());
  ASSERT_TRUE((*journal)->prepare());
  uint64_t size = 0;
  const auto segments = [&] {
    size_t begun = 0;
    for (const auto& it : std::filesystem::directory_iterator(folder.path()))
      begun += parse_segment_head(slurp(it.path().string()))->has_value();
    return begun;
  };
  while (segments() < 2) ASSERT_TRUE((*journal)->append(sample(size++)));
  const auto ignore = [](const Frame&) { return Expected<void>(); };
  ASSERT_TRUE((*journal)->walk(size - 1, UINT64_MAX, ignore));
  EXPECT_FALSE((*journal)->oldest_end().has_value());
  ASSERT_TRUE((*journal)->walk(size, UINT64_MAX, ignore));
  EXPECT_EQ((*journal)->oldest_end(), size - 1);
  ASSERT_TRUE((*journal)->retire_oldest());
  EXPECT_EQ(segments(), 1U);
}

TEST(Log, OneProcessAtATime) {
  const Folder folder;
  const auto log = open_log(small_log(folder.path()));
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.locked");
}

TEST(Log, KeepsItsKeyPrivateAndNeedsIt) {
  const Folder folder;
  open_log(small_log(folder.path()));
  const auto mode = std::filesystem::status(folder / "key").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::permissions(folder / "key", std::filesystem::perms(0644));
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.key_permissions");
  std::filesystem::remove(folder / "key");
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.key_missing");
}

// Appends until it is killed; tells over a pipe which index is durable.
[[noreturn]] void append_for_ever(const std::string& folder, int pipe) {
  auto options = small_log(folder);
  options.sync_interval = std::chrono::milliseconds(1);
  options.checkpoint_interval = std::chrono::milliseconds(3);
  auto log = Log::open(options);
  if (!log) ::_exit(1);
  for (uint64_t i = 0;; ++i) {
    const auto index = i % 50 == 49 ? (*log)->append_durable(sample(i)) : (*log)->append(sample(i));
    if (!index && index.error().code != "audit.backlog") ::_exit(2);
    if (i % 50 == 49 && index && ::write(pipe, &*index, 8) != 8) ::_exit(3);
  }
}

TEST(Log, AKilledProcessLosesNothingThatWasDurable) {
  const Folder folder;
  std::mt19937 random(8);
  uint64_t durable = 0;
  for (int round = 0; round < 12; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) append_for_ever(folder.path(), pipe[1]);
    ::close(pipe[1]);
    uint64_t index = 0;
    for (unsigned seen = 0; seen < 3 + random() % 20; ++seen) {
      ASSERT_EQ(::read(pipe[0], &index, 8), 8);
      durable = std::max(durable, index);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe[0], &index, 8) == 8) durable = std::max(durable, index);
    ::close(pipe[0]);
    const auto log = open_log(small_log(folder.path()));
    ASSERT_TRUE(log);
    EXPECT_GT(log->size(), durable);
    ASSERT_TRUE(log->publish());
    const auto report = verify_folder(folder.path());
    EXPECT_TRUE(report.holds()) << describe(report);
    EXPECT_GT(report.size, durable);
  }
}

// --- What opening refuses, and what it repairs ---

std::string only_segment(const Folder& folder) {
  std::string out;
  for (const auto& it : std::filesystem::directory_iterator(folder / "segment")) {
    const std::string bytes = slurp(it.path().string());
    if (parse_segment_head(bytes)->has_value()) out = it.path().string();
  }
  return out;
}

void make_log(const Folder& folder, uint64_t count) {
  const auto log = open_log(small_log(folder.path()));
  for (uint64_t i = 0; i < count; ++i) ASSERT_TRUE(log->append(sample(i)));
}

TEST(Reopen, CutsATornTailAndSaysSo) {
  const Folder folder;
  make_log(folder, 10);
  std::string bytes = slurp(only_segment(folder));
  const size_t end = bytes.find_last_not_of('\0');
  const size_t next = end / 8 * 8 + 8;
  bytes.replace(next, 12, std::string("DWfr\x40\0\0\0\x0a\0\0\0", 12));
  spill(only_segment(folder), bytes);
  {
    const auto log = open_log(small_log(folder.path()));
    ASSERT_TRUE(log);
    ASSERT_EQ(log->repairs().size(), 1U);
    EXPECT_EQ(log->size(), 11U);  // the eleventh says what was cut
    ASSERT_TRUE(log->publish());
    EXPECT_NE(exported(folder.path())[10].find("audit.repaired"), std::string::npos);
  }
  EXPECT_TRUE(verify_folder(folder.path()).holds());
}

TEST(Reopen, RefusesDamageBelowWhatWasOnDisk) {
  const Folder folder;
  make_log(folder, 10);
  const std::string path = only_segment(folder);
  const std::string whole = slurp(path);
  std::string bytes = whole;
  const size_t at = bytes.find("\"c4\"");
  bytes[at + 2] = '9';
  spill(path, bytes);
  auto log = Log::open(small_log(folder.path()));
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, "audit.segment_damaged");
  EXPECT_NE(log.error().what.find("entry `4`"), std::string::npos) << log.error().what;
  bytes = whole;
  std::fill(bytes.begin() + static_cast<long>(at), bytes.end(), '\0');
  spill(path, bytes);
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.segment_damaged");
  spill(path, whole);
  EXPECT_TRUE(Log::open(small_log(folder.path())).has_value());
}

// Rewrites a segment from entry `from` on as a forger without the key would: chain and checksums
// are right again.
std::string forge(std::string bytes, uint64_t from, std::string_view old, std::string_view now) {
  const auto head = *parse_segment_head(bytes);
  Hash prev = head->prev;
  size_t offset = kSegmentHeadBytes;
  for (;;) {
    const Frame frame = read_frame(bytes, offset, false);
    if (frame.state != Frame::State::whole) return bytes;
    const std::string rest(frame.entry.substr(parse_link(frame.entry)->size));
    std::string entry = std::string(LinkText(frame.index, prev).view()) + rest;
    if (frame.index == from) entry.replace(entry.find(old), old.size(), now);
    prev = leaf_hash(entry);
    bytes.replace(offset + 16, 32, view_of(prev));
    bytes.replace(offset + kFrameHeadBytes, entry.size(), entry);
    offset = frame.next;
  }
}

TEST(Reopen, RefusesSegmentsThatDisagreeWithTheSignature) {
  const Folder folder;
  make_log(folder, 300);
  const std::string path = only_segment(folder);
  spill(path, forge(slurp(path), 270, "\"pass\"", "\"deny\""));
  const auto log = Log::open(small_log(folder.path()));
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, "audit.root_mismatch");
  EXPECT_NE(log.error().what.find("entry `270`"), std::string::npos) << log.error().what;
}

TEST(Reopen, RefusesWhatIsMissingOrOfAnother) {
  const Folder folder, other;
  make_log(folder, 20);
  make_log(other, 20);
  const std::string note = slurp(folder / "checkpoint");
  std::filesystem::remove(folder / "checkpoint");
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.checkpoint_missing");
  spill(folder / "checkpoint", slurp(other / "checkpoint"));
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.checkpoint_signature");
  spill(folder / "checkpoint", note);
  std::filesystem::rename(folder / "segment", folder / "elsewhere");
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.segment_missing");
  std::filesystem::remove_all(folder / "segment");
  std::filesystem::rename(folder / "elsewhere", folder / "segment");
  EXPECT_TRUE(Log::open(small_log(folder.path())).has_value());
}

TEST(Reopen, RefusesACheckpointOlderThanItsSegments) {
  const Folder folder;
  std::string early;
  {
    const auto log = open_log(small_log(folder.path()));
    for (uint64_t i = 0; i < 20; ++i) ASSERT_TRUE(log->append_durable(sample(i)));
    early = log->publish()->note;
    for (uint64_t i = 20; i < 6000; ++i) ASSERT_TRUE(log->append(sample(i)));
  }
  spill(folder / "checkpoint", early);
  EXPECT_EQ(Log::open(small_log(folder.path())).error().code, "audit.rolled_back");
}

TEST(Reopen, WritesTilesAgainThatAPowerCutTook) {
  const Folder folder;
  make_log(folder, 600);
  spill(folder / "tile/0/001", "");
  std::filesystem::remove(folder / "tile/entries/000");
  EXPECT_FALSE(verify_folder(folder.path()).holds());
  {
    const auto log = open_log(small_log(folder.path()));
    ASSERT_TRUE(log);
    EXPECT_EQ(log->repairs().size(), 1U);
  }
  const auto report = verify_folder(folder.path());
  EXPECT_TRUE(report.holds()) << describe(report);
}

}  // namespace
}  // namespace doorward::audit
