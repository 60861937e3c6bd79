// The copy of a log on another disk: whole at every step, verified like the log, and a log that was
// cut back is seen.
#include "audit/mirror.h"

#include "audit/tile.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

void append(Log& log, uint64_t from, uint64_t to) {
  for (uint64_t i = from; i < to; ++i) ASSERT_TRUE(log.append(sample(i)));
  ASSERT_TRUE(log.publish());
}

Mirror opened(const Folder& from, const std::string& copy, const Log& log) {
  auto mirror = Mirror::open(from.path(), copy, log.public_key(), log.size());
  EXPECT_TRUE(mirror) << (mirror ? "" : mirror.error().what);
  return std::move(*mirror);
}

TEST(Mirror, EachStepIsAWholeLog) {
  const Folder source, target;
  const std::string copy = target / "copy";
  auto log = open_log(small_log(source.path()));
  Mirror mirror = opened(source, copy, *log);
  uint64_t at = 0;
  for (const uint64_t to : {1, 5, 255, 256, 257, 700}) {
    append(*log, at, to);
    at = to;
    ASSERT_TRUE(mirror.update(log->checkpoint()));
    EXPECT_EQ(mirror.size(), to);
    EXPECT_EQ(slurp(copy + "/checkpoint"), slurp(source / "checkpoint"));
    for (uint64_t tile = 0; tile * 256 < to; ++tile) {
      const size_t width = std::min<uint64_t>(256, to - tile * 256);
      const std::string path = "/" + bundle_path(tile, width);
      EXPECT_EQ(slurp(copy + path), slurp(source.path() + path)) << path;
      EXPECT_FALSE(slurp(copy + path).empty()) << path;
    }
  }
  // Another process goes on where this one was.
  append(*log, at, 800);
  Mirror again = opened(source, copy, *log);
  EXPECT_EQ(again.size(), 700u);
  ASSERT_TRUE(again.update(log->checkpoint()));
  EXPECT_EQ(slurp(copy + "/checkpoint"), slurp(source / "checkpoint"));
}

// The log goes on between the checkpoint and the copy of it: partial tiles are gone by then.
TEST(Mirror, ALogThatIsWrittenToMeanwhileIsCopiedAsItWasPublished) {
  const Folder source, target;
  const std::string copy = target / "copy";
  auto log = open_log(small_log(source.path()));
  Mirror mirror = opened(source, copy, *log);
  append(*log, 0, 300);
  const Checkpoint before = log->checkpoint();
  const std::string tile = slurp(source / tile_path(0, 1, 44));
  const std::string entries = slurp(source / bundle_path(1, 44));
  append(*log, 300, 600);
  ASSERT_TRUE(slurp(source / tile_path(0, 1, 44)).empty());
  const auto done = mirror.update(before);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(mirror.size(), 300u);
  EXPECT_EQ(slurp(copy + "/" + tile_path(0, 1, 44)), tile);
  EXPECT_EQ(slurp(copy + "/" + bundle_path(1, 44)), entries);
  EXPECT_EQ(slurp(copy + "/checkpoint"), before.note);
  ASSERT_TRUE(mirror.update(log->checkpoint()));
  EXPECT_EQ(slurp(copy + "/checkpoint"), slurp(source / "checkpoint"));
}

TEST(Mirror, ALogThatWasCutBackIsSeen) {
  const Folder source, other, target;
  const std::string copy = target / "copy";
  auto log = open_log(small_log(source.path()));
  append(*log, 0, 20);
  Mirror mirror = opened(source, copy, *log);
  ASSERT_TRUE(mirror.update(log->checkpoint()));
  const auto back = Mirror::open(source.path(), copy, log->public_key(), 19);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "audit.copy_ahead");
  auto foreign = open_log(small_log(other.path()));
  append(*foreign, 0, 30);
  const auto another = Mirror::open(other.path(), copy, foreign->public_key(), foreign->size());
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().code, "audit.copy_foreign");
}

TEST(Mirror, ALogThatWasPutBackAndGrewAgainIsSeen) {
  const Folder source, target, old;
  const std::string copy = target / "copy";
  {
    auto log = open_log(small_log(source.path()));
    append(*log, 0, 20);
  }
  std::filesystem::copy(
      source.path(), old.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  {
    auto log = open_log(small_log(source.path()));
    append(*log, 100, 400);
    Mirror mirror = opened(source, copy, *log);
    ASSERT_TRUE(mirror.update(log->checkpoint()));
  }
  auto log = open_log(small_log(old.path()));
  append(*log, 500, 1200);
  const auto back = Mirror::open(old.path(), copy, log->public_key(), log->size());
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "audit.copy_foreign");
}

TEST(Mirror, AFullDiskIsToldAndTriedAgain) {
  const Folder source, target;
  auto log = open_log(small_log(source.path()));
  append(*log, 0, 3);
  const std::string copy = target / "copy";
  Mirror mirror = opened(source, copy, *log);
  std::filesystem::remove_all(copy);
  spill(copy, "a file where the folder was");
  EXPECT_FALSE(mirror.update(log->checkpoint()));
  std::filesystem::remove(copy);
  EXPECT_TRUE(mirror.update(log->checkpoint()));
}

}  // namespace
}  // namespace doorward::audit
