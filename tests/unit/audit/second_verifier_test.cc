// The two verifiers, written apart, say the same of the same log.
#include <gtest/gtest.h>

#include <cstdio>

#include "audit/entry.h"
#include "audit/retention.h"
#include "audit/rotation.h"
#include "audit/tile.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

struct Said {
  int status = -1;
  std::string text;
};

Said second(const Folder& folder, const std::string& more = {}) {
  const std::string command = "python3 " DOORWARD_SOURCE_DIR "/tools/verify_audit.py " +
                              folder.path() + " --key " + (folder / "key.pub") + " " + more +
                              " 2>&1";
  Said out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  char piece[4096];
  while (pipe != nullptr && std::fgets(piece, sizeof piece, pipe) != nullptr) out.text += piece;
  out.status = pipe == nullptr ? -1 : WEXITSTATUS(::pclose(pipe));
  return out;
}

class SecondVerifier : public testing::Test {
 protected:
  void SetUp() override {
    const auto log = open_log(small_log(folder_.path()));
    for (uint64_t i = 0; i < 600; ++i) {
      ASSERT_TRUE(log->append(sample(i)));
      if (i + 1 == 100) early_ = log->publish()->note;
    }
  }
  void agree(std::string_view code, uint64_t index, const std::string& against = {}) {
    const auto report = verify_folder(folder_.path(), against);
    spill(folder_ / "against", against);
    const Said said = second(folder_, against.empty() ? "" : "--against " + (folder_ / "against"));
    EXPECT_EQ(said.status, report.holds() ? 0 : 1) << said.text << describe(report);
    if (code.empty()) return;
    EXPECT_TRUE(finds(report, code, index)) << describe(report);
    EXPECT_NE(said.text.find("\"index\": " + std::to_string(index)), std::string::npos)
        << said.text;
  }
  Folder folder_;
  std::string early_;
};

TEST_F(SecondVerifier, AgreesThatAWholeLogHolds) {
  agree({}, 0);
  agree({}, 0, early_);
  EXPECT_NE(second(folder_).text.find("\"entries\": 600, \"holds\": true"), std::string::npos);
}

TEST_F(SecondVerifier, AgreesOnWhereAnEntryWasChanged) {
  for (const uint64_t index : {0, 255, 256, 599}) {
    const std::string name = bundle_path(index / 256, index < 512 ? 256 : 88);
    const std::string whole = slurp(folder_ / name);
    std::string bytes = whole;
    bytes[parse_bundle(whole).value()[index % 256].offset + 120] ^= 1;
    spill(folder_ / name, bytes);
    agree("audit.entry_changed", index);
    spill(folder_ / name, whole);
  }
}

TEST_F(SecondVerifier, AgreesOnACheckpointOfAnother) {
  std::string note = slurp(folder_ / "checkpoint");
  note[note.find("600")] = '7';
  spill(folder_ / "checkpoint", note);
  agree({}, 0);
  EXPECT_NE(second(folder_).text.find("audit.checkpoint_signature"), std::string::npos);
}

TEST_F(SecondVerifier, AgreesOnARollBack) {
  const std::string late = slurp(folder_ / "checkpoint");
  spill(folder_ / "checkpoint", early_);
  agree("audit.rolled_back", 100, late);
}

TEST_F(SecondVerifier, AgreesOnWhatWasRetired) {
  const Folder elsewhere;
  {
    const auto log = open_log(small_log(folder_.path()));
    Entry entry;
    entry.time = wall_now();
    entry.reason = kRetired;
    entry.after = "256";
    ASSERT_TRUE(log->append(encode(entry)));
    ASSERT_TRUE(log->publish());
  }
  ASSERT_TRUE(retire(folder_.path(), elsewhere / "archive", 0, 256));
  agree({}, 0);
  agree({}, 0, early_);
  std::filesystem::remove_all(elsewhere / "archive");
  agree({}, 0, early_);
  std::filesystem::remove(folder_ / bundle_path(1, 256));
  agree("audit.bundle_missing", 256);
}

TEST_F(SecondVerifier, AgreesOnAnEntryBehindTheSignedEnd) {
  const std::string file = folder_ / (bundle_path(2, 88));
  const std::string entry = "{\"seq\":600,\"kind\":\"event\"}";
  std::string bytes = slurp(file);
  append_bundle_entry(bytes, entry);
  spill(file, bytes);
  agree("audit.entry_inserted", 600);
}

TEST_F(SecondVerifier, AgreesThatAnotherKeyFollowed) {
  spill(folder_ / "old.pub", slurp(folder_ / "key.pub"));
  ASSERT_TRUE(prepare_rotation(folder_.path(), "test.example/audit"));
  {
    const auto log = open_log(small_log(folder_.path()));
  }
  agree({}, 0, early_);
  const std::string by_old = " --key " + (folder_ / "old.pub");  // the last one given counts
  EXPECT_EQ(second(folder_, by_old).status, 0) << second(folder_, by_old).text;
  std::filesystem::remove_all(folder_ / "keys");
  EXPECT_EQ(second(folder_).status, 0);
  EXPECT_EQ(second(folder_, by_old).status, 1);
}

}  // namespace
}  // namespace doorward::audit
