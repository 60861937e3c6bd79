#include <gmock/gmock.h>

#include "fakes.h"

namespace doorward::core {
namespace {

using testing::ElementsAre;

Commitment too_many(const Exchange&, Notes&) {
  return std::unexpected(deny("overload.slots", "R6.2", "wait", Answer::limited));
}

TEST(PipelineCommit, CommitsInOrderAndSettlesInReverseOnce) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").add("b").permits("c").build();
  Asked asked;
  ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  corridor.diary.clear();
  EXPECT_FALSE(asked.permits.empty());
  asked.permits.settle({.ending = Ending::answered, .result_hash = {}});
  EXPECT_THAT(corridor.diary, ElementsAre("c settled answered", "a settled answered"));
  EXPECT_TRUE(asked.permits.empty());
  asked.permits.settle({.ending = Ending::deadline, .result_hash = {}});
  EXPECT_EQ(corridor.diary.size(), 2u);
}

TEST(PipelineCommit, UnsettledPermitsEndAsClientGone) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").permits("b").build();
  {
    Asked asked;
    ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
    corridor.diary.clear();
  }
  EXPECT_THAT(corridor.diary, ElementsAre("b settled client_gone", "a settled client_gone"));
}

TEST(PipelineCommit, MovedPermitsAreSettledByTheirNewOwnerAlone) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").build();
  Asked first, second;
  ASSERT_TRUE(pipeline.clear(first.exchange, first.notes, first.permits));
  ASSERT_TRUE(pipeline.clear(second.exchange, second.notes, second.permits));
  corridor.diary.clear();
  first.permits = std::move(second.permits);  // ends what it held
  EXPECT_THAT(corridor.diary, ElementsAre("a settled client_gone"));
  EXPECT_TRUE(second.permits.empty());
  Permits taken = std::move(first.permits);
  taken.settle({.ending = Ending::cancelled, .result_hash = {}});
  EXPECT_THAT(corridor.diary, ElementsAre("a settled client_gone", "a settled cancelled"));
}

TEST(PipelineCommit, ARefusalInCommitEndsItAndIsHeard) {
  Corridor corridor;
  const Pipeline pipeline =
      corridor.permits("a").add("b", {.judge = {}, .commit = too_many}).permits("c").build();
  Asked asked;
  auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().verdict.reason, "overload.slots");
  EXPECT_THAT(corridor.diary, ElementsAre("a judges", "b judges", "c judges", "a commits",
                                          "b commits", "a hears overload.slots",
                                          "b hears overload.slots", "c hears overload.slots"));
  // What was reserved is still the caller's to settle.
  asked.permits.settle({.ending = Ending::refused, .result_hash = {}});
  EXPECT_EQ(corridor.diary.back(), "a settled refused");
}

// Suspended is not ended: what was reserved is kept, and nothing is reserved or counted twice.
TEST(PipelineCommit, ANeedInCommitKeepsWhatWasReserved) {
  Corridor corridor;
  auto wait_once = [](const Exchange&, Notes& notes) -> Commitment {
    if (notes.values.contains("place")) return nullptr;
    return std::unexpected(need("place"));
  };
  const Pipeline pipeline =
      corridor.permits("a").add("b", {.judge = {}, .commit = wait_once}).permits("c").build();
  Asked asked;
  const auto suspended = pipeline.clear(asked.exchange, asked.notes, asked.permits);
  ASSERT_FALSE(suspended);
  EXPECT_EQ(suspended.error().verdict.need, "place");
  EXPECT_FALSE(asked.permits.empty());
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("a dropped")));
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains(testing::HasSubstr("hears"))));
  asked.notes.values["place"] = "free";
  corridor.diary.clear();
  ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("a commits")));
  EXPECT_THAT(corridor.diary, testing::Contains("c commits"));
  asked.permits.settle({.ending = Ending::answered, .result_hash = {}});
  EXPECT_THAT(corridor.diary, testing::IsSupersetOf({"c settled answered", "a settled answered"}));
}

TEST(PipelineCommit, NothingIsCommittedForARefusedMessage) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").says("b", deny("misuse.x", "R3.2", "no")).build();
  Asked asked;
  ASSERT_FALSE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  EXPECT_TRUE(asked.permits.empty());
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("a commits")));
}

TEST(PipelineCommit, AnObservedRefusalInCommitIsRecordedOnly) {
  Corridor corridor;
  const Pipeline pipeline =
      corridor.add("overload.slots", {.judge = {}, .commit = too_many}, Mode::observe)
          .permits("b")
          .build();
  Asked asked;
  ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  ASSERT_EQ(asked.notes.observed.size(), 1u);
  EXPECT_EQ(asked.notes.observed[0].reason, "overload.slots");
  EXPECT_FALSE(asked.permits.empty());
}

TEST(PipelineCommit, TheSameExchangeCommitsForEachStage) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").build();
  Asked asked;
  ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  asked.exchange.stage = Stage::response;
  ASSERT_TRUE(pipeline.clear(asked.exchange, asked.notes, asked.permits));
  corridor.diary.clear();
  asked.permits.settle({});
  EXPECT_EQ(corridor.diary.size(), 2u);
}

TEST(PipelineRefusal, ToldByNobodyElseItIsHeardAndCarriesTheAuditIndex) {
  Corridor corridor;
  const Pipeline pipeline = corridor.add("a").build();
  Asked asked;
  asked.notes.audit_index = 41;
  const Refusal refusal =
      pipeline.refusal(asked.exchange, asked.notes, deny("overload.deadline", "R6.1", "too late"));
  EXPECT_THAT(corridor.diary, ElementsAre("a hears overload.deadline"));
  EXPECT_EQ(refusal.audit_index, 41u);
}

}  // namespace
}  // namespace doorward::core
