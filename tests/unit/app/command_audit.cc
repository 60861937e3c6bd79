// What `doorward audit` reads and says: logs that are open, closed, tampered with or gone.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "app/audit_folders.h"
#include "app/audit_report.h"
#include "app/audit_tail.h"
#include "app/audit_trace.h"
#include "audit/entry.h"
#include "audit/log.h"
#include "audit/tile_reader.h"

namespace doorward::app {
namespace {

class AuditCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("doorward-cli-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Opens without a heartbeat, so that only the test's own entries stand in the log. Small
  // segments: old entries are in bundles alone.
  static std::unique_ptr<audit::Log> open(const Path& folder) {
    std::filesystem::create_directories(folder);
    audit::LogOptions options;
    options.folder = folder.string();
    options.heartbeat = std::chrono::milliseconds(0);
    options.segment_bytes = 160 * 1024;
    auto log = audit::Log::open(std::move(options));
    EXPECT_TRUE(log) << log.error().what;
    return std::move(*log);
  }
  // Every tenth call is denied; tools are t0, t1, t2 in turn.
  static void append(audit::Log& log, int from, int to) {
    for (int i = from; i < to; ++i) {
      const std::string tool = "t" + std::to_string(i % 3);
      const std::string arguments = "{\"n\":\n" + std::to_string(i) + "}";
      audit::Entry entry;
      entry.kind = audit::Kind::decision;
      entry.time = wall_now();
      entry.principal = i % 2 == 0 ? "ana" : "bob";
      entry.method = "tools/call";
      entry.server = "files";
      entry.tool = tool;
      entry.arguments = arguments;
      entry.verdict = i % 10 == 0 ? "deny" : "pass";
      ASSERT_TRUE(log.append(audit::encode(entry)));
    }
  }
  static LogReader reader(const Path& folder) { return {folder, *log_key(folder, "")}; }
  static std::vector<uint64_t> last(const Path& folder, const TailFilter& filter, size_t count) {
    std::vector<uint64_t> out;
    LogReader reading = reader(folder);
    const auto end = show_last(reading, filter, count,
                               [&](uint64_t index, std::string_view) { out.push_back(index); });
    EXPECT_TRUE(end) << end.error().what;
    return out;
  }
  static void flip(const Path& file, std::streamoff at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const char byte = static_cast<char>(stream.get());
    stream.seekp(at);
    stream.put(static_cast<char>(byte ^ 1));
  }

  Path folder_;
};

TEST_F(AuditCommandTest, TheTailOfAnOpenLogHoldsTheNewestEntry) {
  const auto log = open(folder_);
  append(*log, 0, 30);
  EXPECT_EQ(last(folder_, {}, 3), (std::vector<uint64_t>{27, 28, 29}));
  EXPECT_EQ(last(folder_, {}, 0), std::vector<uint64_t>{});
  EXPECT_EQ(last(folder_, {}, 100).size(), 30U);
}

TEST_F(AuditCommandTest, FollowingGoesOnOverSegmentsWithoutGapOrRepeat) {
  const auto log = open(folder_);
  append(*log, 0, 10);
  LogReader reading = reader(folder_);
  uint64_t next = 4;
  uint64_t expected = 4;
  for (int round = 1; round <= 6; ++round) {
    append(*log, round * 400 - 390, round * 400 + 10);
    const auto end = reading.forward(next, [&](uint64_t index, std::string_view) {
      EXPECT_EQ(index, expected);
      ++expected;
    });
    ASSERT_TRUE(end) << end.error().what;
    next = *end;
    EXPECT_EQ(next, static_cast<uint64_t>(round * 400 + 10));
  }
  EXPECT_EQ(expected, 2410U);
}

TEST_F(AuditCommandTest, FiltersReachBackIntoBundles) {
  {
    const auto log = open(folder_);
    append(*log, 0, 1500);
    ASSERT_TRUE(log->publish());
  }
  const auto from = reader(folder_).recent();
  ASSERT_TRUE(from);
  ASSERT_GT(*from, 256U) << "the test wants entries that no segment holds";
  std::vector<uint64_t> denied;
  for (uint64_t i = 0; i < 1500; i += 10) denied.push_back(i);
  EXPECT_EQ(last(folder_, {.verdict = "deny"}, 1000), denied);
  EXPECT_EQ(last(folder_, {.tool = "files.t1", .principal = "bob"}, 2),
            (std::vector<uint64_t>{1489, 1495}));
  EXPECT_EQ(last(folder_, {.server = "mail"}, 5), std::vector<uint64_t>{});
  EXPECT_EQ(last(folder_, {.tool = "mail.t1"}, 5), std::vector<uint64_t>{});
}

TEST_F(AuditCommandTest, ALineShowsNoControlCharacters) {
  audit::Entry entry;
  entry.kind = audit::Kind::decision;
  entry.principal = "a\x1b[2Jb";
  entry.server = "files";
  entry.tool = "x\u202ey";
  entry.verdict = "deny";
  entry.reason = "privilege.denied";
  const std::string line = entry_line(7, audit::encode(entry));
  EXPECT_NE(line.find("#7 deny"), std::string::npos) << line;
  EXPECT_NE(line.find("privilege.denied"), std::string::npos) << line;
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(line.find("\u202e"), std::string::npos);
}

TEST_F(AuditCommandTest, VerificationNamesTheEntryThatWasChanged) {
  {
    const auto log = open(folder_);
    append(*log, 0, 20);
  }
  EXPECT_TRUE(verify_logs({folder_}, "", "").holds());
  const audit::StoredBundle bundle = *audit::TileReader(folder_.string(), 20).bundle(0);
  flip(folder_ / bundle.path, static_cast<std::streamoff>(bundle.bundle.entries[6].offset + 90));
  const Verification found = verify_logs({folder_}, "", "");
  EXPECT_FALSE(found.holds());
  ASSERT_FALSE(found.logs[0].report.findings.empty());
  EXPECT_EQ(found.logs[0].report.findings[0].index, 6U);
  EXPECT_NE(found.text().find("does NOT hold"), std::string::npos);
  EXPECT_NE(found.text().find("entry 6"), std::string::npos) << found.text();
  const auto json = wire::JsonDocument::parse(found.json());
  ASSERT_TRUE(json) << found.json();
  EXPECT_EQ(json->root()["holds"].boolean(), false);
}

TEST_F(AuditCommandTest, AnOlderCheckpointIsHeldAgainstTheLogOfItsKey) {
  const Path first = folder_ / "audit";
  const Path second = folder_ / "wrap" / "2026" / "audit";
  std::string note;
  {
    const auto log = open(first);
    const auto other = open(second);
    append(*log, 0, 5);
    append(*other, 0, 9);
    note = log->publish()->note;
    append(*log, 5, 12);
  }
  EXPECT_EQ(log_folders(folder_), (std::vector<Path>{first, second}));
  EXPECT_TRUE(verify_logs({first, second}, "", note).holds());
  // Written anew as a whole, with another key: only the checkpoint that was kept can tell.
  std::filesystem::remove_all(first);
  {
    const auto log = open(first);
    append(*log, 0, 12);
  }
  EXPECT_TRUE(verify_logs({first, second}, "", "").holds());
  const Verification found = verify_logs({first, second}, "", note);
  EXPECT_FALSE(found.holds());
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings[0].code, "audit.against");
  EXPECT_FALSE(verify_logs({first}, "", note).holds());
}

TEST_F(AuditCommandTest, ALogThatIsGoneIsAFinding) {
  const Verification found = verify_logs({folder_ / "audit"}, "", "");
  EXPECT_FALSE(found.holds());
  EXPECT_EQ(found.logs[0].report.findings[0].code, "audit.key_missing");
}

TEST_F(AuditCommandTest, AProofSurvivesItsJson) {
  {
    const auto log = open(folder_);
    append(*log, 0, 20);
  }
  const audit::PublicKey key = *log_key(folder_, "");
  const auto proof = audit::prove(folder_.string(), key, 13);
  ASSERT_TRUE(proof) << proof.error().what;
  const auto json = wire::JsonDocument::parse(proof_json(*proof, key));
  ASSERT_TRUE(json);
  const auto index =
      audit::check_proof(json->root()["proof"].text(), json->root()["entry"].text(), key);
  ASSERT_TRUE(index) << index.error().what;
  EXPECT_EQ(*index, 13U);
  EXPECT_EQ(json->root()["key"].text(), key.vkey());
}

TEST_F(AuditCommandTest, TheTraceHoldsWholeCallsAlone) {
  {
    const auto log = open(folder_);
    append(*log, 0, 3);
    const std::string longer = "{\"text\":\"" + std::string(9000, 'x') + "\"}";
    audit::Entry cut;
    cut.kind = audit::Kind::decision;
    cut.method = "tools/call";
    cut.server = "files";
    cut.tool = "t";
    cut.arguments = longer;
    ASSERT_TRUE(log->append(audit::encode(cut)));
    audit::Entry event;
    event.reason = "logtamper.reloaded";
    ASSERT_TRUE(log->append(audit::encode(event)));
  }
  TraceWriter writer;
  std::string trace;
  const auto written = audit::export_entries(folder_.string(), *log_key(folder_, ""), {},
                                             [&](std::string_view line) {
                                               trace += writer.line(line);
                                               return true;
                                             });
  ASSERT_TRUE(written) << written.error().what;
  trace += writer.rest();
  EXPECT_EQ(writer.calls(), 3U);
  EXPECT_EQ(writer.left_out(), 1U);
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 3);
  const auto first = wire::JsonDocument::parse(trace.substr(0, trace.find('\n')));
  ASSERT_TRUE(first) << trace;
  EXPECT_EQ(first->root()["type"].text(), "call");
  EXPECT_EQ(first->root()["id"].text(), "c0");
  EXPECT_EQ(first->root()["arguments"]["n"].integer(), 0);
  EXPECT_TRUE(parse_rfc3339(first->root()["time"].text()));
}

TEST_F(AuditCommandTest, ACallStandsInTheTraceWhereItEnded) {
  {
    const auto log = open(folder_);
    const auto decision = [&](std::string_view tool, std::string_view prompt) {
      audit::Entry entry;
      entry.kind = audit::Kind::decision;
      entry.time = wall_now();
      entry.principal = "ana";
      entry.groups = {"dev"};
      entry.task = "t";
      entry.method = "tools/call";
      entry.server = "mail";
      entry.tool = tool;
      entry.arguments = "{}";
      entry.verdict = "pass";
      entry.prompt = prompt;
      return log->append(audit::encode(entry)).value();
    };
    const uint64_t slow = decision("slow", "pay the bill"), fast = decision("fast", "");
    for (const uint64_t of : {fast, slow}) {
      audit::Entry entry;
      entry.kind = audit::Kind::outcome;
      entry.of = of;
      entry.method = "tools/call";
      entry.tool = "any";
      entry.result = R"({"content":[{"type":"text","text":"done"}]})";
      ASSERT_TRUE(log->append(audit::encode(entry)));
    }
  }
  TraceWriter writer;
  std::string trace;
  ASSERT_TRUE(audit::export_entries(folder_.string(), *log_key(folder_, ""), {},
                                    [&](std::string_view line) {
                                      trace += writer.line(line);
                                      return true;
                                    }));
  EXPECT_EQ(writer.rest(), "");
  const size_t prompt = trace.find(R"("type":"prompt","principal":"ana")");
  const size_t fast = trace.find(R"("tool":"fast")"), slow = trace.find(R"("tool":"slow")");
  EXPECT_LT(prompt, fast) << trace;
  EXPECT_LT(fast, slow) << trace;
  EXPECT_NE(trace.find(R"("groups":["dev"])"), std::string::npos) << trace;
  EXPECT_NE(trace.find(R"("result":{"content")", slow), std::string::npos) << trace;
}

}  // namespace
}  // namespace doorward::app
