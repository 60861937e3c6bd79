// Another key for the same log: whoever trusts the old one is led to the new one, and only there.
#include "audit/rotation.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "audit/mirror.h"
#include "audit/tile_reader.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

VerifyReport verify_by(const std::string& folder, const PublicKey& key, std::string against = {}) {
  VerifyOptions options;
  options.folder = folder;
  options.key = key;
  options.against = std::move(against);
  return verify(options);
}

void grow(const std::string& folder, uint64_t entries) {
  const auto log = open_log(small_log(folder));
  ASSERT_TRUE(log);
  for (uint64_t i = 0; i < entries; ++i) ASSERT_TRUE(log->append(sample(i)));
  ASSERT_TRUE(log->publish());
}

PublicKey key_of(const std::string& folder) {
  return *PublicKey::parse(slurp(folder + "/key.pub"));
}

class Rotated : public testing::Test {
 protected:
  void SetUp() override {
    grow(folder_.path(), 300);
    old_ = key_of(folder_.path());
    older_ = slurp(folder_ / "checkpoint");
    auto next = prepare_rotation(folder_.path(), "test.example/audit");
    ASSERT_TRUE(next);
    new_ = *next;
    grow(folder_.path(), 40);
  }
  Folder folder_;
  PublicKey old_, new_;
  std::string older_;
};

TEST_F(Rotated, HoldsByEitherKey) {
  EXPECT_EQ(key_of(folder_.path()).vkey(), new_.vkey());
  EXPECT_FALSE(exists(folder_ / "key.next"));
  for (const PublicKey& key : {old_, new_}) {
    const auto report = verify_by(folder_.path(), key, older_);
    EXPECT_TRUE(report.holds()) << describe(report);
    EXPECT_EQ(report.size, 341U);
  }
  const auto all = rotations(folder_.path());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].last.size, 301U);
  EXPECT_NE(all[0].entry.find(std::string(kRotated)), std::string::npos);
}

TEST_F(Rotated, HoldsAfterThreeMore) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(prepare_rotation(folder_.path(), "test.example/audit"));
    grow(folder_.path(), 300);
  }
  const auto report = verify_by(folder_.path(), old_, older_);
  EXPECT_TRUE(report.holds()) << describe(report);
  EXPECT_EQ(successors(folder_.path(), old_).size(), 5U);
  EXPECT_EQ(successors(folder_.path(), key_of(folder_.path())).size(), 1U);
  EXPECT_EQ(kin(folder_.path(), key_of(folder_.path())).size(), 5U);
}

TEST_F(Rotated, LeadsNowhereWithoutItsNote) {
  std::filesystem::remove_all(folder_ / "keys");
  EXPECT_TRUE(finds(verify_by(folder_.path(), old_), "audit.checkpoint_signature"));
  EXPECT_TRUE(verify_by(folder_.path(), new_).holds());
}

TEST_F(Rotated, LeadsNowhereByAnotherEntry) {
  const std::string file = rotations(folder_.path()).empty() ? "" : folder_ / "keys";
  for (const auto& it : std::filesystem::directory_iterator(file)) {
    const SigningKey thief = SigningKey::generate("test.example/audit");
    std::string text = slurp(it.path());
    const size_t at = text.find(new_.vkey());
    ASSERT_NE(at, std::string::npos);
    text.replace(at, new_.vkey().size(), thief.public_key().vkey());
    spill(it.path(), text);
    EXPECT_EQ(successors(folder_.path(), old_).size(), 1U);
  }
}

TEST_F(Rotated, TheNewKeySignsNoOlderHistory) {
  // The checkpoint of the old key put back: who trusts the new key sees it, and opening refuses.
  spill(folder_ / "checkpoint", older_);
  EXPECT_FALSE(verify_by(folder_.path(), new_).holds());
  EXPECT_FALSE(Log::open(small_log(folder_.path())));
}

TEST(Rotation, ACopyFollows) {
  Folder folder, copy;
  grow(folder.path(), 300);
  const PublicKey before = key_of(folder.path());
  const auto copied = [&] {
    const auto log = open_log(small_log(folder.path()));
    auto mirror = Mirror::open(folder.path(), copy.path(), log->public_key(), log->size());
    ASSERT_TRUE(mirror) << mirror.error().what;
    ASSERT_TRUE(mirror->update(log->checkpoint()));
  };
  copied();
  ASSERT_TRUE(prepare_rotation(folder.path(), "test.example/audit"));
  copied();
  EXPECT_NE(key_of(copy.path()).vkey(), before.vkey());
  EXPECT_TRUE(verify_by(copy.path(), before).holds());
}

TEST(GivenKey, TakesOverFromTheFolder) {
  Folder folder;
  grow(folder.path(), 20);
  const PublicKey first = key_of(folder.path());
  const SigningKey second = SigningKey::generate("test.example/audit");
  const SigningKey third = SigningKey::generate("test.example/audit");
  LogOptions options = small_log(folder.path());
  options.key = second.pem();
  EXPECT_EQ(open_log(options)->public_key().vkey(), second.public_key().vkey());
  EXPECT_FALSE(exists(folder / "key"));
  // Another one, without the one before it, is another log's.
  options.key = third.pem();
  EXPECT_FALSE(Log::open(options));
  options.previous_key = second.pem();
  EXPECT_TRUE(open_log(options));
  EXPECT_TRUE(open_log(options));  // once more with both: nothing happens
  for (const PublicKey& key : {first, second.public_key(), third.public_key()}) {
    const auto report = verify_by(folder.path(), key);
    EXPECT_TRUE(report.holds()) << describe(report);
    EXPECT_EQ(report.size, 22U);
  }
}

// Fails one rename, as a full disk or a power cut would.
class NoRename : public Files {
 public:
  explicit NoRename(int which) : left_(which) {}
  int rename(const char* from, const char* to) override {
    if (--left_ == 0) {
      errno = EIO;
      return -1;
    }
    return Files::rename(from, to);
  }
  [[nodiscard]] bool failed() const { return left_ <= 0; }

 private:
  int left_;
};

TEST(Rotation, IsFinishedAfterAFaultAnywhere) {
  for (int which = 1;; ++which) {
    Folder folder;
    grow(folder.path(), 20);
    const PublicKey old = key_of(folder.path());
    const auto next = prepare_rotation(folder.path(), "test.example/audit");
    ASSERT_TRUE(next);
    LogOptions options = small_log(folder.path());
    const auto files = std::make_shared<NoRename>(which);
    options.files = files;
    options.on_failure = nullptr;
    (void)Log::open(options);
    const auto log = open_log(small_log(folder.path()));
    ASSERT_TRUE(log);
    EXPECT_EQ(log->public_key().vkey(), next->vkey());
    const auto report = verify_by(folder.path(), old);
    EXPECT_TRUE(report.holds()) << which << "\n" << describe(report);
    if (!files->failed()) break;
    ASSERT_LT(which, 50);
  }
}

}  // namespace
}  // namespace doorward::audit
