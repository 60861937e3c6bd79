#include <gmock/gmock.h>

#include "limits/breakers.h"
#include "limits/failures.h"
#include "limits/fingerprint.h"
#include "limits/marks.h"
#include "limits/retries.h"
#include "limits/task_counts.h"

namespace doorward::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kStart{std::chrono::hours(1)};
const Key kAna = key_of({"ana"}), kCall = key_of({"call"});

TEST(Failures, BlockAfterSoManyAndThenTryOnce) {
  Failures failures(1000);
  const FailureRules rules{.most = 3, .window = seconds(60), .cooldown = seconds(30)};
  SteadyTime now = kStart;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(failures.blocked(kAna, kCall, now));
    ASSERT_TRUE(failures.begin(kAna, kCall, rules));
    failures.failed(kAna, kCall, rules, 0, now);
    failures.ended(kAna, kCall);
    now += seconds(1);
  }
  EXPECT_EQ(failures.blocked(kAna, kCall, now), seconds(29));
  EXPECT_FALSE(failures.blocked(key_of({"eve"}), kCall, now));
  now += seconds(30);
  EXPECT_FALSE(failures.blocked(kAna, kCall, now));
  EXPECT_TRUE(failures.begin(kAna, kCall, rules));
  EXPECT_FALSE(failures.begin(kAna, kCall, rules));
  failures.failed(kAna, kCall, rules, 0, now);
  failures.ended(kAna, kCall);
  EXPECT_TRUE(failures.blocked(kAna, kCall, now + seconds(1)));
  now += seconds(31);
  ASSERT_TRUE(failures.begin(kAna, kCall, rules));
  failures.succeeded(kAna, kCall);
  failures.ended(kAna, kCall);
  failures.failed(kAna, kCall, rules, 0, now);
  EXPECT_FALSE(failures.blocked(kAna, kCall, now));
}

TEST(Failures, OfAnotherKindOrLongAgoDoNotCount) {
  Failures failures(1000);
  const FailureRules rules{.most = 2, .window = seconds(60), .cooldown = seconds(30)};
  failures.failed(kAna, kCall, rules, 1, kStart);
  failures.failed(kAna, kCall, rules, 2, kStart);
  EXPECT_FALSE(failures.blocked(kAna, kCall, kStart));
  failures.failed(kAna, kCall, rules, 2, kStart + seconds(120));
  EXPECT_FALSE(failures.blocked(kAna, kCall, kStart + seconds(120)));
  failures.failed(kAna, kCall, rules, 2, kStart + seconds(121));
  EXPECT_TRUE(failures.blocked(kAna, kCall, kStart + seconds(121)));
}

using Blame = Breakers::Blame;
constexpr Breakers::Caller kOne{.principal = 1, .call = 1};

TEST(Breakers, OpenProbeAndClose) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 2, .cooldown = seconds(10)};
  EXPECT_FALSE(breakers.failed(kCall, kOne, Blame::server, rules, kStart));
  EXPECT_EQ(breakers.enter(kCall, kOne, kStart), Breakers::Pass::closed);
  EXPECT_TRUE(breakers.failed(kCall, kOne, Blame::server, rules, kStart));
  EXPECT_EQ(breakers.open(kCall, kOne, kStart + seconds(4)), seconds(6));
  EXPECT_EQ(breakers.enter(kCall, kOne, kStart + seconds(4)), Breakers::Pass::refused);
  const SteadyTime later = kStart + seconds(10);
  EXPECT_FALSE(breakers.open(kCall, kOne, later));
  EXPECT_EQ(breakers.enter(kCall, kOne, later), Breakers::Pass::probe);
  EXPECT_EQ(breakers.enter(kCall, kOne, later), Breakers::Pass::refused);
  breakers.withdrawn(kCall, kOne);
  EXPECT_EQ(breakers.enter(kCall, kOne, later), Breakers::Pass::probe);
  EXPECT_TRUE(breakers.failed(kCall, kOne, Blame::server, rules, later));
  EXPECT_EQ(breakers.open(kCall, kOne, later), seconds(20));
  EXPECT_EQ(breakers.enter(kCall, kOne, later + seconds(20)), Breakers::Pass::probe);
  EXPECT_TRUE(breakers.succeeded(kCall, rules, kStart + seconds(40)));
  EXPECT_EQ(breakers.enter(kCall, kOne, later + seconds(20)), Breakers::Pass::closed);
}

// Every second call fails, never two in a row: no count in a row sees it.
TEST(Breakers, OpenForAnOutlierThatNeverFailsInARow) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 5, .percent = 40, .volume = 20, .window = seconds(30)};
  int sent = 0;
  for (; sent < 100 && !breakers.open(kCall, kOne, kStart); ++sent) {
    if (sent % 2 == 0)
      breakers.failed(kCall, kOne, Blame::server, rules, kStart);
    else
      breakers.succeeded(kCall, rules, kStart);
  }
  EXPECT_EQ(sent, 21);
}

TEST(Breakers, StayClosedBelowTheShareAndForgetAWindowThatIsOver) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 5, .percent = 40, .volume = 20, .window = seconds(30)};
  SteadyTime now = kStart;
  for (int i = 0; i < 300; ++i) {  // a third fails
    if (i % 3 == 0)
      breakers.failed(kCall, kOne, Blame::server, rules, now);
    else
      breakers.succeeded(kCall, rules, now);
    EXPECT_FALSE(breakers.open(kCall, kOne, now)) << i;
  }
  for (int i = 0; i < 60; ++i) {  // half fails, slowly
    if (i % 2 == 0)
      breakers.failed(kCall, kOne, Blame::server, rules, now);
    else
      breakers.succeeded(kCall, rules, now);
    now += seconds(2);
    EXPECT_FALSE(breakers.open(kCall, kOne, now)) << i;
  }
}

TEST(Breakers, AShareOfAHundredLeavesFailuresInARowAlone) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 50, .percent = 100, .volume = 20};
  for (int i = 0; i < 49; ++i)
    EXPECT_FALSE(breakers.failed(kCall, kOne, Blame::server, rules, kStart));
  EXPECT_TRUE(breakers.failed(kCall, kOne, Blame::server, rules, kStart));
}

// Whatever one caller sends, it stays open for others; so does one call that several send.
TEST(Breakers, OneCallerOrOneCallShutsNobodyOut) {
  const BreakerRules rules{.failures = 5};
  for (const bool one_call : {false, true}) {
    Breakers breakers(1000);
    SteadyTime now = kStart;
    for (uint64_t i = 0; i < 200; ++i) {
      const Breakers::Caller who = one_call ? Breakers::Caller{i, 7} : Breakers::Caller{7, i};
      EXPECT_FALSE(breakers.failed(kCall, who, Blame::either, rules, now));
      now += seconds(2);
    }
    EXPECT_FALSE(breakers.open(kCall, kOne, now));
  }
}

// One crash loses the calls of many: that is one failure.
TEST(Breakers, WhatBreaksAtOneMomentIsOneFailure) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 5};
  for (uint64_t i = 0; i < 50; ++i)
    EXPECT_FALSE(breakers.failed(kCall, {i, i}, Blame::either, rules, kStart));
}

TEST(Breakers, SeveralCallersAtSeveralTimesOpenIt) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 5};
  SteadyTime now = kStart;
  uint64_t sent = 0;
  for (; sent < 100 && !breakers.open(kCall, kOne, now); ++sent) {
    breakers.failed(kCall, {sent % 3, sent}, Blame::either, rules, now);
    now += seconds(2);
  }
  EXPECT_EQ(sent, 5);
}

TEST(Breakers, AProbeIsNobodysAlone) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 1, .cooldown = seconds(10)};
  const Breakers::Caller mal{2, 1}, vic{3, 2};
  ASSERT_TRUE(breakers.failed(kCall, mal, Blame::server, rules, kStart));
  SteadyTime now = kStart + seconds(10);
  ASSERT_EQ(breakers.enter(kCall, mal, now), Breakers::Pass::probe);  // and hangs
  EXPECT_EQ(breakers.enter(kCall, mal, now), Breakers::Pass::refused);
  EXPECT_EQ(breakers.enter(kCall, vic, now), Breakers::Pass::probe);
  breakers.withdrawn(kCall, vic);
  // What he breaks does not shut it again; a server that is not reached does, and so do two.
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(breakers.failed(kCall, mal, Blame::either, rules, now));
    EXPECT_FALSE(breakers.open(kCall, vic, now));
    ASSERT_EQ(breakers.enter(kCall, mal, now), Breakers::Pass::probe);
    now += seconds(2);
  }
  ASSERT_EQ(breakers.enter(kCall, vic, now), Breakers::Pass::probe);
  EXPECT_TRUE(breakers.failed(kCall, vic, Blame::either, rules, now));
  EXPECT_TRUE(breakers.open(kCall, vic, now));
}

TEST(Breakers, AProbeThatHangsStandsInTheWayForAShortTime) {
  Breakers breakers(1000);
  const BreakerRules rules{.failures = 1, .cooldown = seconds(10)};
  ASSERT_TRUE(breakers.failed(kCall, kOne, Blame::server, rules, kStart));
  const SteadyTime now = kStart + seconds(10);
  for (uint64_t i = 10; i < 10 + Breakers::kProbes; ++i)
    ASSERT_EQ(breakers.enter(kCall, {i, i}, now), Breakers::Pass::probe);
  EXPECT_EQ(breakers.enter(kCall, kOne, now), Breakers::Pass::refused);
  EXPECT_EQ(breakers.open(kCall, kOne, now), seconds(5));
  EXPECT_EQ(breakers.enter(kCall, kOne, now + seconds(5)), Breakers::Pass::probe);
}

TEST(Retries, StopWhileTooMuchIsLost) {
  Retries retries(1000);
  int lost = 0;
  for (; retries.allows(kCall) && lost < 100; ++lost) retries.lost(kCall);
  EXPECT_EQ(lost, 5);  // half of the tokens
  EXPECT_TRUE(retries.allows(key_of({"another"})));
  for (int i = 0; i < 1000; ++i) retries.lost(kCall);
  int answers = 0;
  for (; !retries.allows(kCall) && answers < 1000; ++answers) retries.answered(kCall);
  EXPECT_EQ(answers, 51);
}

TEST(TaskCounts, BudgetOfCallsAndTime) {
  TaskCounts tasks(1000);
  const TaskRules rules{.calls = 3, .time = seconds(100), .window = seconds(50)};
  const TaskRef session{kAna, key_of({"s"}), false}, window{kAna, key_of({"w"}), true};
  using Stop = TaskCounts::Stop;
  EXPECT_EQ(tasks.take(session, rules, 2, kStart).stop, Stop::none);
  EXPECT_EQ(tasks.take(session, rules, 2, kStart).stop, Stop::calls);
  EXPECT_EQ(tasks.take(session, rules, 1, kStart).stop, Stop::none);
  tasks.give_back(session, 1);
  for (const int at : {45, 90}) {
    EXPECT_EQ(tasks.take(session, rules, 1, kStart + seconds(at)).stop, Stop::none);
    tasks.give_back(session, 1);
  }
  EXPECT_EQ(tasks.look(session, rules, 1, kStart + seconds(99)).stop, Stop::none);
  const auto late = tasks.look(session, rules, 1, kStart + seconds(101));
  EXPECT_EQ(late.stop, Stop::time);
  EXPECT_EQ(late.retry, seconds(39));
}

TEST(TaskCounts, ASessionThatWasQuietForItsWindowBeginsAnew) {
  TaskCounts tasks(1000);
  const TaskRules rules{.calls = 3, .time = seconds(1000), .window = seconds(50)};
  const TaskRef session{kAna, key_of({"s"}), false};
  using Stop = TaskCounts::Stop;
  for (const int at : {0, 40, 80})
    EXPECT_EQ(tasks.take(session, rules, 1, kStart + seconds(at)).stop, Stop::none);
  // What is refused meanwhile is no work, and puts nothing off.
  EXPECT_EQ(tasks.take(session, rules, 1, kStart + seconds(100)).stop, Stop::calls);
  EXPECT_EQ(tasks.take(session, rules, 1, kStart + seconds(130)).stop, Stop::calls);
  EXPECT_EQ(tasks.take(session, rules, 1, kStart + seconds(131)).stop, Stop::none);
}

TEST(TaskCounts, ATaskWithoutASessionLastsForItsWindow) {
  TaskCounts tasks(1000);
  const TaskRules rules{.calls = 3, .time = seconds(100), .window = seconds(50)};
  const TaskRef window{kAna, key_of({"w"}), true};
  using Stop = TaskCounts::Stop;
  EXPECT_EQ(tasks.take(window, rules, 3, kStart).stop, Stop::none);
  const auto over = tasks.look(window, rules, 1, kStart + seconds(20));
  EXPECT_EQ(over.stop, Stop::calls);
  EXPECT_EQ(over.retry, seconds(30));
  // A day's honest work goes on, so many calls in each window.
  EXPECT_EQ(tasks.take(window, rules, 1, kStart + seconds(51)).stop, Stop::none);
  EXPECT_EQ(tasks.take(window, rules, 2, kStart + seconds(99)).stop, Stop::none);
  EXPECT_EQ(tasks.look(window, rules, 1, kStart + seconds(100)).stop, Stop::calls);
  EXPECT_EQ(tasks.take(window, rules, 1, kStart + seconds(102)).stop, Stop::none);
}

class Circles : public testing::Test {
 protected:
  bool goes(uint64_t call, uint64_t answer) {
    const bool round = tasks_.circles(task_, rules_, call, now_).has_value();
    if (round) {
      tasks_.stop_circle(task_, rules_, call, now_);
      return false;
    }
    tasks_.began(task_);
    tasks_.answered(task_, {call, answer});
    tasks_.ended(task_);
    return true;
  }
  TaskCounts tasks_{1000};
  const TaskRules rules_{.calls = 100, .cooldown = seconds(30)};
  const TaskRef task_{kAna, kCall, false};
  SteadyTime now_ = kStart;
};

TEST_F(Circles, OfEveryLengthAreSeen) {
  for (uint64_t length = 2; length <= TaskCounts::kLongest; ++length) {
    uint64_t sent = 0;
    while (sent < 100 && goes(length * 100 + sent % length, 1)) ++sent;
    EXPECT_EQ(sent, length * TaskCounts::kTurns) << length;
  }
}

TEST_F(Circles, StayStoppedForTheCoolDown) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(goes(i % 2, 1));
  EXPECT_FALSE(goes(0, 1));
  EXPECT_FALSE(goes(1, 1));
  EXPECT_TRUE(goes(2, 1));
  now_ += seconds(30);
  EXPECT_TRUE(goes(0, 1));
}

TEST_F(Circles, AnswersThatChangeAreNone) {
  for (uint64_t i = 0; i < 90; ++i) EXPECT_TRUE(goes(i % 2, i));
}

TEST_F(Circles, APollWithoutChangeIsOne) {
  uint64_t sent = 0;
  while (sent < 100 && goes(5, 1)) ++sent;
  EXPECT_EQ(sent, rules_.polls());
  EXPECT_TRUE(goes(6, 1));
}

// Each of several jobs that are polled in turn has the bound of one.
TEST_F(Circles, JobsThatGoOnMayBePolledInTurn) {
  constexpr uint64_t kRuns = AnswerMark::kGoesOn + 7;
  for (uint64_t jobs = 2; jobs <= 4; ++jobs) {
    uint64_t sent = 0;
    while (sent < 500 && goes(jobs * 100 + sent % jobs, kRuns)) ++sent;
    EXPECT_GE(sent, jobs * rules_.polls()) << jobs;
    EXPECT_LE(sent, jobs * (rules_.polls() + 2)) << jobs;
  }
}

TEST_F(Circles, OfPollsAndAnythingElseAreSeen) {
  constexpr uint64_t kRuns = AnswerMark::kGoesOn + 7, kOther = kRuns ^ AnswerMark::kTool;
  for (const uint64_t other : {uint64_t{7}, kFailedAnswer, kOther}) {
    uint64_t sent = 0;
    while (sent < 100 && goes(other + sent % 2, sent % 2 == 0 ? kRuns : other)) ++sent;
    EXPECT_EQ(sent, 2 * TaskCounts::kTurns);
  }
}

TEST_F(Circles, CallsThatOverlapAreNone) {
  for (int i = 0; i < 40; ++i) {
    tasks_.began(task_);
    tasks_.began(task_);
    for (const uint64_t call : {1u, 2u}) {
      EXPECT_FALSE(tasks_.circles(task_, rules_, call, now_));
      tasks_.answered(task_, {call, 1});
      tasks_.ended(task_);
    }
  }
}

wire::Message call(std::string_view arguments) {
  return *wire::Message::parse(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":)" +
      std::string(arguments) + "}}");
}
Key print(std::string_view arguments) {
  return fingerprint_of("s", call(arguments)).key;
}

TEST(Fingerprint, FoldsWhatIsNoDifference) {
  EXPECT_EQ(print(R"({"a":"x  Y","b":[1,{"d":2,"c":1}]})"),
            print(R"({ "b":[1.0,{"c":1e0,"d":2}], "a":" X y\n"})"));
  EXPECT_EQ(print(R"({"sql":"SELECT 1"})"), print(R"({"sql":"select /* now */ 22;"})"));
  EXPECT_EQ(print(R"({"query":"SELECT a FROM t WHERE b='x'"})"),
            print(R"({"query":"select A from T where B = 'y'"})"));
  EXPECT_TRUE(fingerprint_of("s", call(R"({"sql":"x"})")).masked);
  EXPECT_EQ(print(R"({"n":"1"})"), print(R"({"n":1,"none":null})"));
}

TEST(Fingerprint, FoldsHowManyLiteralsOfOneStatement) {
  EXPECT_EQ(print(R"j({"sql":"INSRT INTO t VALUES (1)"})j"),
            print(R"j({"sql":"INSRT INTO t VALUES (1, 2),(3,'x'), (4)"})j"));
  EXPECT_EQ(print(R"j({"sql":"SELCT a FROM t WHERE b='x'"})j"),
            print(R"j({"sql":"SELCT a FROM t WHERE b='x'||'y' || 'z'"})j"));
  EXPECT_EQ(print(R"j({"sql":"SELCT a FROM t WHERE b=`v1`"})j"),
            print(R"j({"sql":"SELCT a FROM t WHERE b = `v2`"})j"));
  EXPECT_EQ(print(R"j({"sql":"SELCT a","params":[1]})j"),
            print(R"j({"sql":"SELCT a","params":[2]})j"));
  EXPECT_EQ(print(R"j({"statements":["SELCT 1"]})j"), print(R"j({"statements":["SELCT 2"]})j"));
  // What is no value stays.
  EXPECT_NE(print(R"j({"sql":"SELECT a FROM `t1`"})j"), print(R"j({"sql":"SELECT a FROM `t2`"})j"));
  EXPECT_NE(print(R"j({"sql":"SELECT a || b"})j"), print(R"j({"sql":"SELECT a || c"})j"));
  EXPECT_NE(print(R"j({"text":"x","params":[1]})j"), print(R"j({"text":"x","params":[2]})j"));
}

TEST(Fingerprint, KnowsTheVerySameCall) {
  const auto exact = [](std::string_view arguments) {
    return fingerprint_of("s", call(arguments)).exact;
  };
  EXPECT_EQ(exact(R"({"sql":"SELECT 1","params":[1]})"),
            exact(R"({"params":[1],"sql":"select 1"})"));
  EXPECT_NE(exact(R"({"sql":"SELECT 1"})"), exact(R"({"sql":"SELECT 2"})"));
  EXPECT_NE(exact(R"({"sql":"SELECT 1","params":[1]})"),
            exact(R"({"sql":"SELECT 1","params":[2]})"));
  EXPECT_EQ(exact(R"({"path":"a"})"), print(R"({"path":"a"})"));
}

TEST(Fingerprint, KeepsWhatIsOne) {
  EXPECT_NE(print(R"({"path":"a1"})"), print(R"({"path":"a2"})"));
  EXPECT_NE(print(R"({"n":1})"), print(R"({"n":2})"));
  EXPECT_NE(print(R"({"n":"01"})"), print(R"({"n":1})"));
  EXPECT_NE(print(R"({"n":"2"})"), print(R"({"n":1})"));
  EXPECT_NE(print(R"({"a":["b","c"]})"), print(R"({"a":["c","b"]})"));
  EXPECT_NE(print(R"({"a":["b","c"]})"), print(R"({"a":["b c"]})"));
  EXPECT_NE(print(R"({"sql":"SELECT a"})"), print(R"({"sql":"SELECT b"})"));
  EXPECT_NE(print(R"({"query":"order 66"})"), print(R"({"query":"order 67"})"));
  EXPECT_NE(fingerprint_of("s", call("{}")).key, fingerprint_of("other", call("{}")).key);
}

TEST(Fingerprint, IsNearWhereOnlyNamesMarksAndManyMoreDiffer) {
  const auto near = [](std::string_view arguments) {
    return fingerprint_of("s", call(arguments)).near;
  };
  const Key base = near(R"j({"sql":"SELCT a FROM t WHERE b = 1"})j");
  for (const std::string_view same :
       {R"j({"sql":"SELCT a AS x7 FROM t WHERE b = 2"})j",
        R"j({"sql":"SELCT a FROM t z WHERE b = 2 !!!"})j",
        R"j({"sql":"SELCT a FROM t WHERE b = 3 ;; ","limit":9})j",
        R"j({"sql":"SELCT a FROM t WHERE b = 3","requestId":"r4","x3":"y","timeout_ms":"5"})j"})
    EXPECT_EQ(near(same), base) << same;
  EXPECT_EQ(near(R"j({"sql":"SELCT q.a FROM t q"})j"),
            near(R"j({"sql":"SELCT r.a FROM t AS r"})j"));
  // Another table, column, type, place, or a thing that an id names.
  for (const std::string_view other :
       {R"j({"sql":"SELCT a FROM u WHERE b = 1"})j", R"j({"sql":"SELCT c FROM t WHERE b = 1"})j",
        R"j({"sql":"SELCT a FROM t JOIN u WHERE b = 1"})j",
        R"j({"sql":"SELCT a FROM t WHERE b = 1","database":"x"})j",
        R"j({"sql":"SELCT a FROM t WHERE b = 1","connection_id":4})j",
        R"j({"sql":"SELCT a FROM s.t WHERE b = 1"})j"})
    EXPECT_NE(near(other), base) << other;
  EXPECT_NE(near(R"j({"sql":"SELECT CAST(a AS int)"})j"),
            near(R"j({"sql":"SELECT CAST(a AS text)"})j"));
  EXPECT_NE(near(R"j({"path":"a1"})j"), near(R"j({"path":"a2"})j"));
  EXPECT_NE(near(R"j({"path":"a","n":1})j"), near(R"j({"path":"a","n":2})j"));
}

TEST(Fingerprint, TakesATextOfAToolForSqlWhereItIsSql) {
  EXPECT_TRUE(holds_sql("run_sql", "text", "SELCT a FROM t WHERE b = 1"));
  EXPECT_TRUE(holds_sql("query", "code", "SELECT pg_sleep(600)"));
  EXPECT_FALSE(holds_sql("write_note", "text", "SELECT a FROM t WHERE b = 1"));
  EXPECT_FALSE(holds_sql("query", "text", "which files were changed last week"));
  EXPECT_FALSE(holds_sql("query", "text", "explain how the planner works from where it begins"));
}

TEST(ErrorKind, LeavesOutWhatChanges) {
  const auto kind = [](std::string_view text) {
    return error_kind(*wire::Message::parse(
        R"({"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"type":"text","text":")" +
        std::string(text) + R"("}]}})"));
  };
  EXPECT_EQ(kind("duplicate key 'a' at 5"), kind("Duplicate  key 'b' at 17"));
  EXPECT_NE(kind("duplicate key"), kind("no such table"));
  EXPECT_EQ(kind("request 2f1c1f9a-1b6e-4d0e-9a55-0c9d3a1b2c3d failed: syntax"),
            kind("request 7e57ab1e-dead-4bee-8bad-f00dcafe0000 failed: syntax"));
  EXPECT_EQ(kind("syntax (ref k3j9x0a)"), kind("syntax (ref abcxyz)"));
  EXPECT_EQ(kind("2026-11-27T00:12:01.123Z syntax"), kind("2026-11-28T10:00:59.001Z syntax"));
  EXPECT_NE(kind("request 12 failed: syntax"), kind("request 12 failed: no such table"));
}

}  // namespace
}  // namespace doorward::limits
