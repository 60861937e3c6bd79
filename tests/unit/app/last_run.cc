// A start against the run before it: the log that has to be there, and what the configuration lost.
#include "app/last_run.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "app/config/load.h"
#include "audit/entry.h"
#include "audit/files.h"

namespace doorward::app {
namespace {

class LastRun : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path().string() + "/last-run-XXXXXX";
    state_ = ::mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(state_); }

  [[nodiscard]] std::unique_ptr<audit::Log> log(const std::string& folder = "audit") const {
    audit::LogOptions options;
    options.folder = (state_ / folder).string();
    auto opened = audit::Log::open(std::move(options));
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  // Writes `entries`, and keeps the checkpoint as a run does.
  void ran(int entries) {
    const auto open = log();
    for (int i = 0; i < entries; ++i) ASSERT_TRUE(open->append(R"({"kind":"event"})"));
    ASSERT_TRUE(keep_checkpoint(state_, open->publish()->note));
  }
  [[nodiscard]] Config config(const std::string& more) const {
    auto out = parse_config("version: 1\nstate: " + state_.string() + "\n" + more, "doorward.yaml",
                            state_);
    EXPECT_TRUE(out) << out.error().what;
    out->file = state_ / "doorward.yaml";
    out->text = "version: 1\nstate: " + state_.string() + "\n" + more;
    out->hash = "h" + std::to_string(more.size());
    return *out;
  }
  Path state_;
};

TEST_F(LastRun, AFirstStartKnowsNothing) {
  EXPECT_TRUE(log_is_there(state_, state_ / "audit"));
  EXPECT_TRUE(log_goes_on(state_, state_ / "audit", *log()));
  const auto restart = restart_of(config(""));
  ASSERT_TRUE(restart);
  EXPECT_FALSE(restart->known);
}

TEST_F(LastRun, ALogThatGoesOnIsFine) {
  ran(300);
  ran(10);
  EXPECT_TRUE(log_is_there(state_, state_ / "audit"));
  EXPECT_TRUE(log_goes_on(state_, state_ / "audit", *log()));
}

TEST_F(LastRun, ARemovedLogIsMissed) {
  ran(3);
  std::filesystem::remove_all(state_ / "audit");
  const auto there = log_is_there(state_, state_ / "audit");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code, "audit.log_gone");
  std::filesystem::remove(state_ / "last_checkpoint");  // what the error says
  EXPECT_TRUE(log_is_there(state_, state_ / "audit"));
}

TEST_F(LastRun, ALogPutBackAsAWholeIsMissed) {
  ran(3);
  std::filesystem::copy(state_ / "audit", state_ / "old", std::filesystem::copy_options::recursive);
  ran(300);
  std::filesystem::remove_all(state_ / "audit");
  std::filesystem::rename(state_ / "old", state_ / "audit");
  const auto same = log_goes_on(state_, state_ / "audit", *log());
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().code, "audit.rolled_back");
}

TEST_F(LastRun, AnotherLogIsMissed) {
  ran(3);
  std::filesystem::remove_all(state_ / "audit");
  {
    const auto other = log();
  }
  const auto same = log_goes_on(state_, state_ / "audit", *log());
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().code, "audit.forked");
}

TEST_F(LastRun, CallsWithoutAnAnswerGetAnOutcome) {
  const auto open = log();
  for (const char* const line :
       {R"({"kind":"decision","call":"a","server":"s","method":"tools/call","verdict":"pass"})",
        R"({"kind":"decision","call":"b","server":"s","method":"tools/call","verdict":"pass"})",
        R"({"kind":"decision","call":"c","server":"s","method":"tools/call","verdict":"deny"})",
        R"({"kind":"decision","call":"d","method":"notifications/x","verdict":"pass"})",
        R"({"kind":"outcome","of":0,"call":"a","outcome":"ok"})"})
    ASSERT_TRUE(open->append(line));
  EXPECT_EQ(close_open_calls(state_ / "audit", *open), 1U);
  EXPECT_EQ(close_open_calls(state_ / "audit", *open), 0U);
  EXPECT_EQ(open->size(), 6U);
}

TEST_F(LastRun, AStartSaysWhatItChanged) {
  ASSERT_TRUE(keep_configuration(config("audit: { durability: entry }\n")));
  const auto restart = restart_of(config("audit: { durability: batch }\n"));
  ASSERT_TRUE(restart);
  EXPECT_TRUE(restart->known);
  EXPECT_EQ(restart->lowered, "`audit.durability`");
  EXPECT_EQ(restart->before, "audit: { durability: entry }");
  EXPECT_EQ(restart->after, "audit: { durability: batch }");
  const auto same = restart_of(config("audit: { durability: entry }\n"));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->lowered, "");
  EXPECT_EQ(same->before_hash, config("audit: { durability: entry }\n").hash);
}

TEST_F(LastRun, WithTwoPeopleAStartLowersNothing) {
  const std::string two =
      "admin: { two_person: true }\nidentity:\n  operators:\n    - id: second\n"
      "      role: admin\n      hash: " +
      std::string("sha256$47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU") + "\n";
  ASSERT_TRUE(keep_configuration(config(two + "audit: { durability: entry }\n")));
  const auto lowered = restart_of(config(two + "audit: { durability: batch }\n"));
  ASSERT_FALSE(lowered);
  EXPECT_EQ(lowered.error().code, "reload.waits");
  EXPECT_TRUE(restart_of(config(two + "audit: { durability: entry }\n")));
  // More is no less.
  EXPECT_TRUE(restart_of(config(two + "audit: { durability: entry, heartbeat: 30s }\n")));
}

// What the state folder says of the configuration before, anybody who can write it can change; the
// log's own entries say which one it was.
class LastInForce : public LastRun {
 protected:
  static std::string two(bool on) {
    return std::string("admin: { two_person: ") + (on ? "true" : "false") +
           " }\nidentity:\n  operators:\n    - id: second\n      role: admin\n      hash: "
           "sha256$47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\n";
  }
  void write(std::string_view reason, const Config& config, std::string_view more = "") {
    audit::Entry entry;
    entry.reason = reason;
    const std::string detail = "x; " + in_force_text(config) + std::string(more);
    entry.detail = detail;
    ASSERT_TRUE(log()->append(audit::encode(entry)));
  }
  [[nodiscard]] std::optional<InForce> logged() const {
    const auto open = log();
    return last_in_force(state_ / "audit", open->public_key());
  }
  [[nodiscard]] Expected<Restart> start(const Config& config) const {
    auto restart = restart_of(config);
    if (!restart) return restart;
    return restart_by_log(config, std::move(*restart), logged());
  }
};

TEST_F(LastInForce, IsTheLastThatTheLogTells) {
  EXPECT_FALSE(logged());
  write("logtamper.started", config(two(false)));
  write("logtamper.reloaded", config(two(true)), " after x; y approved by `z`");
  {
    const auto open = log();
    for (int i = 0; i < 9000; ++i) ASSERT_TRUE(open->append(R"({"kind":"decision"})"));
    ASSERT_TRUE(open->publish());
  }
  const auto found = logged();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->hash, config(two(true)).hash);
  EXPECT_EQ(found->kept.size(), 64U);
  EXPECT_TRUE(found->two_person);
}

TEST_F(LastInForce, WithTwoPeopleARemovedFileIsNoWayOut) {
  ASSERT_TRUE(keep_configuration(config(two(true))));
  write("logtamper.started", config(two(true)));
  EXPECT_TRUE(start(config(two(true))));
  EXPECT_EQ(start(config(two(false))).error().code, "reload.waits");
  std::filesystem::remove(state_ / "last_configuration");
  const auto lowered = start(config(two(false)));
  ASSERT_FALSE(lowered);
  EXPECT_EQ(lowered.error().code, "reload.waits");
  // The one that was in force starts.
  EXPECT_TRUE(start(config(two(true))));
}

TEST_F(LastInForce, NorIsAChangedOne) {
  ASSERT_TRUE(keep_configuration(config(two(true))));
  write("logtamper.started", config(two(true)));
  Config other = config(two(false));
  other.hash = config(two(true)).hash;
  ASSERT_TRUE(keep_configuration(other));
  EXPECT_EQ(start(config(two(false))).error().code, "reload.waits");
}

TEST_F(LastInForce, WithoutTwoPeopleItIsTold) {
  write("logtamper.started", config(""));
  const auto restart = start(config("audit: { heartbeat: 30s }\n"));
  ASSERT_TRUE(restart);
  EXPECT_TRUE(restart->known);
  EXPECT_EQ(restart->before_hash, config("").hash);
  EXPECT_NE(restart->lowered.find("last_configuration"), std::string::npos);
}

}  // namespace
}  // namespace doorward::app
