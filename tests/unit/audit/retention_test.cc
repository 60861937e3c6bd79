// Old entries go, the tree stays: what was retired is told from what is missing.
#include "audit/retention.h"

#include "audit/entry.h"
#include "audit/proof.h"
#include "audit/tile.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

void say_retired(Log& log, uint64_t to, bool moved = false) {
  const std::string number = std::to_string(to), detail = "entries " + std::string(kMoved);
  Entry entry;
  if (moved) entry.detail = detail;
  entry.time = wall_now();
  entry.reason = kRetired;
  entry.after = number;
  ASSERT_TRUE(log.append(encode(entry)));
  ASSERT_TRUE(log.publish());
}

std::unique_ptr<Log> filled(const Folder& folder, uint64_t entries) {
  auto log = open_log(small_log(folder.path()));
  for (uint64_t i = 0; i < entries; ++i) EXPECT_TRUE(log->append(sample(i)));
  EXPECT_TRUE(log->publish());
  return log;
}

VerifyReport verified(const Folder& folder, const Log& log, const std::string& against = "") {
  VerifyOptions options;
  options.folder = folder.path();
  options.key = log.public_key();
  options.against = against;
  return verify(options);
}

std::string first_code(const VerifyReport& report) {
  return report.findings.empty() ? "" : report.findings.front().code;
}

TEST(Retention, WhatMovedToTheArchiveIsStillVerifiedAndProven) {
  const Folder folder, elsewhere;
  const std::string archive = elsewhere / "archive";
  auto log = filled(folder, 1500);
  const std::string older = log->checkpoint().note;
  say_retired(*log, 512, true);
  ASSERT_TRUE(retire(folder.path(), archive, 0, 512));
  EXPECT_FALSE(exists(folder / bundle_path(0, kTileWidth)));
  EXPECT_TRUE(exists(archive + "/" + bundle_path(1, kTileWidth)));
  const auto report = verified(folder, *log, older);
  EXPECT_TRUE(report.holds()) << first_code(report);
  EXPECT_EQ(report.retired, 0u) << "the archive has them";
  EXPECT_TRUE(prove(folder.path(), log->public_key(), 3));
  EXPECT_EQ(retired_before(folder.path()), 512u);
  // Changed in the archive: found as if it were here.
  std::string bytes = slurp(archive + "/" + bundle_path(0, kTileWidth));
  bytes[200] ^= 1;
  spill(archive + "/" + bundle_path(0, kTileWidth), bytes);
  EXPECT_EQ(first_code(verified(folder, *log)), "audit.entry_changed");
  // Gone from the archive, one of them or the whole.
  std::filesystem::remove(archive + "/" + bundle_path(0, kTileWidth));
  EXPECT_EQ(first_code(verified(folder, *log)), "audit.archive_missing");
  std::filesystem::remove_all(archive);
  EXPECT_EQ(verified(folder, *log).findings.size(), 2u);
}

TEST(Retention, WhatNobodyHasIsToldByItsHashes) {
  const Folder folder;
  auto log = filled(folder, 1500);
  const std::string older = log->checkpoint().note;
  say_retired(*log, 512);
  ASSERT_TRUE(retire(folder.path(), "", 0, 512));
  const auto report = verified(folder, *log, older);
  EXPECT_TRUE(report.holds()) << first_code(report);
  EXPECT_EQ(report.retired, 512u);
  // One bundle more than any entry speaks of.
  std::filesystem::remove(folder / bundle_path(2, kTileWidth));
  const auto missing = verified(folder, *log);
  EXPECT_EQ(first_code(missing), "audit.bundle_missing");
  // A hash of what is retired can't be changed either.
  const Folder second;
  auto other = filled(second, 1500);
  say_retired(*other, 512);
  ASSERT_TRUE(retire(second.path(), "", 0, 512));
  std::string tile = slurp(second / tile_path(0, 0, kTileWidth));
  tile[40] ^= 1;
  spill(second / tile_path(0, 0, kTileWidth), tile);
  EXPECT_FALSE(verified(second, *other).holds());
}

TEST(Retention, GoesBySizeAndAgeAndNeverTooFar) {
  const Folder folder;
  auto log = filled(folder, 2000);
  RetentionBounds bounds{.bytes = 1, .below = 1100};
  EXPECT_EQ(retirable(folder.path(), 0, bounds).value(), 1024u);
  bounds.bytes = 1ULL << 40U;
  EXPECT_EQ(retirable(folder.path(), 0, bounds).value(), 0u);
  bounds.bytes = 0;
  EXPECT_EQ(retirable(folder.path(), 256, bounds).value(), 256u);
  bounds.older_than = wall_now() + std::chrono::hours(24 * 365 * 100);
  EXPECT_EQ(retirable(folder.path(), 0, bounds).value(), 1024u);
  bounds.older_than = WallTime(std::chrono::microseconds(1));
  EXPECT_EQ(retirable(folder.path(), 0, bounds).value() % 256, 0u);
}

TEST(Retention, OnlyTheLogsOwnWordCounts) {
  EXPECT_EQ(
      retired_by(R"({"seq":1,"prev":"","kind":"event","reason":"audit.retired","after":"512"})"),
      512u);
  for (
      const std::string_view no :
      {R"({"kind":"decision","reason":"audit.retired","after":"512"})",
       R"({"kind":"event","reason":"other","detail":"\"reason\":\"audit.retired\"","after":"512"})",
       R"({"kind":"event","reason":"audit.retired","after":"all"})",
       R"(no "reason":"audit.retired")"})
    EXPECT_EQ(retired_by(no), 0u) << no;
}

}  // namespace
}  // namespace doorward::audit
