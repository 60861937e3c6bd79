// Every system call that the log writes with is made to fail, once and at every place: no entry is
// taken after it, nothing that was promised is lost, and opening again goes on (R8.3).
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <thread>

#include "../unit/audit/fixture.h"
#include "audit/entry.h"
#include "audit/proof.h"

namespace doorward::audit {
namespace {

enum class Call { open, write, fallocate, fdatasync, syncfs, rename, unlink };

// Fails the n-th call of one kind, with one error; all later ones of that kind too, if `for_good`.
class FailingFiles : public Files {
 public:
  Call call = Call::write;
  int error = ENOSPC;
  bool for_good = true;
  bool half = false;                // of write: writes a part first, then fails
  std::atomic<long> countdown{-1};  // -1: never
  std::atomic<bool> failed{false};

  int open(const char* path, int flags, mode_t mode) override {
    return fails(Call::open) ? -1 : Files::open(path, flags, mode);
  }
  ssize_t write(int fd, const void* data, size_t size) override {
    if (half && size > 1) {  // short writes are normal, and none may be taken for a whole one
      return Files::write(fd, data, size / 2);
    }
    return fails(Call::write) ? -1 : Files::write(fd, data, size);
  }
  int fallocate(int fd, off_t size) override {
    return fails(Call::fallocate) ? -1 : Files::fallocate(fd, size);
  }
  int fdatasync(int fd) override { return fails(Call::fdatasync) ? -1 : Files::fdatasync(fd); }
  int syncfs(int) override { return fails(Call::syncfs) ? -1 : 0; }
  int rename(const char* from, const char* to) override {
    return fails(Call::rename) ? -1 : Files::rename(from, to);
  }
  int unlink(const char* path) override { return fails(Call::unlink) ? -1 : Files::unlink(path); }

 private:
  bool fails(Call which) {
    if (which != call) return false;
    const long left = countdown.load();
    if (left < 0) return false;
    if (left > 0) {
      countdown = left - 1;
      return false;
    }
    if (!for_good) countdown = -1;
    failed = true;
    errno = error;
    return true;
  }
};

struct Trial {
  Call call;
  int error;
};

class AuditWrites : public testing::TestWithParam<Trial> {};

// Appends with a publication now and then; returns how many entries were promised to be on disk.
uint64_t use_until_it_fails(Log& log, const FailingFiles& files) {
  uint64_t promised = 0;
  for (uint64_t i = 0; i < 2600 && !files.failed; ++i) {
    if (i % 200 == 199) {
      const auto index = log.append_durable(sample(i));
      if (index) promised = *index + 1;
      if (i % 400 == 399) (void)log.publish();
    } else if (const auto index = log.append(sample(i)); !index) {
      if (index.error().code != "audit.backlog") break;
    }
  }
  return promised;
}

TEST_P(AuditWrites, OneFailureClosesTheLogAndLosesNothingPromised) {
  int reached = 0;
  for (const long nth : {0L, 1L, 2L, 3L, 5L, 8L, 13L, 21L, 34L}) {
    const Folder folder;
    auto files = std::make_shared<FailingFiles>();
    files->call = GetParam().call;
    files->error = GetParam().error;
    auto options = small_log(folder.path());
    options.files = files;
    std::atomic<int> alerts{0};
    options.on_failure = [&](const Error& it) {
      EXPECT_EQ(it.code, "audit.write_failed");
      ++alerts;
    };
    uint64_t promised = 0;
    {
      const auto log = Log::open(options);
      ASSERT_TRUE(log.has_value());
      ASSERT_TRUE((*log)->append_durable(sample(0)).has_value());
      files->countdown = nth;
      promised = std::max<uint64_t>(1, use_until_it_fails(**log, *files));
      if (files->failed) {
        ++reached;
        // At once, for all, and for as long as it is open.
        while (!(*log)->failure_state()) std::this_thread::yield();
        for (int i = 0; i < 3; ++i)
          EXPECT_EQ((*log)->append(sample(9)).error().code, "audit.write_failed");
        EXPECT_EQ((*log)->append_durable(sample(9)).error().code, "audit.write_failed");
        EXPECT_EQ((*log)->publish().error().code, "audit.write_failed");
        bool answered = false;
        (*log)->when_durable((*log)->size(), [&](Expected<void> it) { answered = !it; });
        EXPECT_TRUE(answered);
      }
      files->countdown = files->failed ? 0 : -1;  // still failing while it closes
    }
    EXPECT_EQ(alerts, files->failed ? 1 : 0);
    files->countdown = -1;
    const auto again = open_log(small_log(folder.path()));
    ASSERT_TRUE(again) << "after call " << nth;
    EXPECT_GE(again->size(), promised);
    ASSERT_TRUE(again->append_durable(sample(1)).has_value());
    ASSERT_TRUE(again->publish().has_value());
    const auto report = verify_folder(folder.path());
    EXPECT_TRUE(report.holds()) << describe(report);
    if (!files->failed) continue;
    bool recorded = false;  // the failure itself is in the log
    (void)export_entries(folder.path(), again->public_key(), {}, [&](std::string_view line) {
      recorded |= line.find("\"reason\":\"audit.write_failed\"") != std::string_view::npos;
      return true;
    });
    EXPECT_TRUE(recorded) << "after call " << nth;
  }
  EXPECT_GT(reached, 0) << "the call was never made: this trial shows nothing";
}

std::string name_of(const testing::TestParamInfo<Trial>& info) {
  constexpr const char* kNames[] = {"open",   "write",  "fallocate", "fdatasync",
                                    "syncfs", "rename", "unlink"};
  return std::string(kNames[static_cast<int>(info.param.call)]) + "_" +
         std::to_string(info.param.error);
}

INSTANTIATE_TEST_SUITE_P(Each, AuditWrites,
                         testing::Values(Trial{Call::open, EMFILE}, Trial{Call::write, ENOSPC},
                                         Trial{Call::write, EIO}, Trial{Call::fallocate, ENOSPC},
                                         Trial{Call::fdatasync, EIO}, Trial{Call::syncfs, EIO},
                                         Trial{Call::rename, ENOSPC}, Trial{Call::unlink, EACCES}),
                         name_of);

TEST(AuditFiles, ShortWritesAreFinished) {
  const Folder folder;
  FailingFiles files;
  files.half = true;
  const std::string bytes(100'000, 'x');
  ASSERT_TRUE(files.replace(folder / "file", bytes, 0600, true).has_value());
  EXPECT_EQ(slurp(folder / "file"), bytes);
}

TEST(AuditFiles, AFailedReplacementLeavesTheOldFile) {
  for (const Call call : {Call::open, Call::write, Call::fdatasync, Call::rename}) {
    const Folder folder;
    spill(folder / "file", "old");
    FailingFiles files;
    files.call = call;
    files.countdown = 0;
    EXPECT_EQ(files.replace(folder / "file", "new", 0600, true).error().code, "audit.write_failed");
    EXPECT_EQ(slurp(folder / "file"), "old");
  }
}

// While the folder can't be written, opening refuses too: no log, no gateway.
TEST(AuditFiles, AFirstStartThatFailsLeavesNothingHalf) {
  for (const Call call : {Call::open, Call::write, Call::fallocate, Call::fdatasync, Call::rename})
    for (long nth = 0; nth < 12; ++nth) {
      const Folder folder;
      auto files = std::make_shared<FailingFiles>();
      files->call = call;
      files->countdown = nth;
      auto options = small_log(folder.path());
      options.files = files;
      options.on_failure = nullptr;
      {
        const auto first = Log::open(options);
        EXPECT_TRUE(first.has_value() || files->failed);
      }
      const auto log = Log::open(small_log(folder.path()));
      ASSERT_TRUE(log.has_value()) << log.error().code << ": " << log.error().what << " after "
                                   << static_cast<int>(call) << "/" << nth;
      EXPECT_TRUE((*log)->append_durable(sample(0)).has_value());
    }
}

}  // namespace
}  // namespace doorward::audit
