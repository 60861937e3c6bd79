#include "store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/bytes.h"

namespace doorward::store {
namespace {

class SqliteStore : public testing::Test {
 protected:
  SqliteStore() : folder_(std::filesystem::temp_directory_path() / ("store-" + random_id(9))) {
    std::filesystem::create_directory(folder_);
  }
  ~SqliteStore() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ / "state.db"; }
  std::filesystem::path folder_;
};

Expected<void> put(core::Store& store, std::string key, std::string value) {
  return store.run([=](core::Records& records) -> Expected<void> {
    records.put("kind", key, value);
    return {};
  });
}
std::optional<std::string> get(core::Store& store, std::string key) {
  std::optional<std::string> found;
  EXPECT_TRUE(store.run([&](core::Records& records) -> Expected<void> {
    found = records.get("kind", key);
    return {};
  }));
  return found;
}

TEST_F(SqliteStore, KeepsRecordsOverARestart) {
  auto store = open_sqlite(path());
  ASSERT_TRUE(store) << store.error().what;
  ASSERT_TRUE(put(**store, "a", std::string("b\0'c", 4)));
  store->reset();
  store = open_sqlite(path());
  ASSERT_TRUE(store);
  EXPECT_EQ(get(**store, "a"), std::string("b\0'c", 4));
  EXPECT_EQ(get(**store, "b"), std::nullopt);
  struct stat facts{};
  ASSERT_EQ(::stat(path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(SqliteStore, AFailedTransactionLeavesNothing) {
  auto store = open_sqlite(path());
  ASSERT_TRUE(store);
  const auto ended = (*store)->run([](core::Records& records) -> Expected<void> {
    records.put("kind", "a", "b");
    return failure("test.no", Fault::self, "no");
  });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, "test.no");
  EXPECT_EQ(get(**store, "a"), std::nullopt);
}

TEST_F(SqliteStore, TwoProcessesSeeEachOther) {
  auto one = open_sqlite(path());
  auto two = open_sqlite(path());
  ASSERT_TRUE(one && two);
  ASSERT_TRUE(put(**one, "a", "1"));
  EXPECT_EQ(get(**two, "a"), "1");
  ASSERT_TRUE((*two)->run([](core::Records& records) -> Expected<void> {
    records.erase("kind", "a");
    return {};
  }));
  EXPECT_EQ(get(**one, "a"), std::nullopt);
}

TEST_F(SqliteStore, WhatIsNoStateIsRefused) {
  std::ofstream(path()) << "this is no database at all, but it is long enough to be read as one";
  const auto store = open_sqlite(path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, "store.open");
}

TEST_F(SqliteStore, AfterTheEndNothingIsDone) {
  auto store = open_sqlite(":memory:");
  ASSERT_TRUE(store);
  (*store)->stop();
  EXPECT_FALSE(put(**store, "a", "b"));
}

}  // namespace
}  // namespace doorward::store
