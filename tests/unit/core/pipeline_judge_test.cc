#include <gmock/gmock.h>

#include <stdexcept>

#include "fakes.h"

namespace doorward::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Verdict no(std::string_view reason) {
  return deny(reason, "R9.1", "no");
}

// The reason of the refusal, or the bytes that were cleared.
std::string cleared(const Pipeline& pipeline, Asked& asked) {
  auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits);
  return std::string(made ? made->body() : made.error().verdict.reason);
}

TEST(PipelineJudge, AsksEveryGuardInItsOrder) {
  Corridor corridor;
  const Pipeline pipeline = corridor.add("a").add("b").add("c").build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_THAT(corridor.diary, ElementsAre("a judges", "b judges", "c judges", "a commits",
                                          "b commits", "c commits"));
}

TEST(PipelineJudge, ThePassingOfAllClearsTheJudgedBytesThemselves) {
  const std::string odd = "{ \"jsonrpc\" : \"2.0\",\t\"id\":7, \"method\":\"\\u0070ing\"}";
  Corridor corridor;
  const Pipeline pipeline = corridor.add("a").build();
  Asked asked(odd);
  EXPECT_EQ(cleared(pipeline, asked), odd);
}

TEST(PipelineJudge, WhatGuardsShareOfAMessageIsForgottenWithIt) {
  struct Seen {
    int times = 0;
  };
  std::vector<int> seen;
  const auto look = [&seen](Notes& notes) { seen.push_back(++notes.of_message.of<Seen>().times); };
  FakeWork work;
  work.judge = [&](const Exchange&, Notes& notes) {
    look(notes);
    return pass();
  };
  work.commit = [&](const Exchange&, Notes& notes) -> Commitment {
    look(notes);
    return nullptr;
  };
  Corridor corridor;
  const Pipeline pipeline = corridor.add("a", work).add("b", work).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4));
  seen.clear();
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4));
  look(asked.notes);
  EXPECT_EQ(seen.back(), 1);
}

TEST(PipelineJudge, TheFirstDenialEndsIt) {
  Corridor corridor;
  const Pipeline pipeline =
      corridor.add("a").says("b", no("misuse.first")).says("c", no("misuse.second")).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), "misuse.first");
  EXPECT_THAT(corridor.diary, ElementsAre("a judges", "b judges", "a hears misuse.first",
                                          "b hears misuse.first", "c hears misuse.first"));
}

TEST(PipelineJudge, AGuardOfAnotherStageIsNotAsked) {
  Corridor corridor;
  FakeWork responses;
  responses.at = stages(Stage::response);
  responses.judge = [](const Exchange&, Notes&) { return no("misuse.response"); };
  const Pipeline pipeline = corridor.add("a", responses).build();
  Asked request;
  EXPECT_EQ(cleared(pipeline, request), request.message.bytes());
  EXPECT_THAT(corridor.diary, IsEmpty());
  Asked answer(R"({"jsonrpc":"2.0","id":7,"result":{}})", Stage::response);
  EXPECT_EQ(cleared(pipeline, answer), "misuse.response");
}

TEST(PipelineJudge, EveryStageIsItsOwn) {
  for (const Stage stage :
       {Stage::request, Stage::response, Stage::server_message, Stage::client_reply}) {
    for (const Stage other :
         {Stage::request, Stage::response, Stage::server_message, Stage::client_reply}) {
      Corridor corridor;
      FakeWork work;
      work.at = stages(stage);
      work.judge = [](const Exchange&, Notes&) { return no("misuse.here"); };
      const Pipeline pipeline = corridor.add("a", work).build();
      Asked asked(R"({"jsonrpc":"2.0","id":7,"method":"ping"})", other);
      EXPECT_EQ(cleared(pipeline, asked) == "misuse.here", stage == other)
          << stage_text(stage) << " at " << stage_text(other);
    }
  }
}

TEST(PipelineJudge, ADenialBeatsAnEarlierHold) {
  Corridor corridor;
  const Pipeline pipeline =
      corridor.says("a", hold("privilege.approval")).says("b", no("secrets.leak")).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), "secrets.leak");
}

TEST(PipelineJudge, TheFirstHoldSpeaksAndLaterGuardsAreStillAsked) {
  Corridor corridor;
  const Pipeline pipeline = corridor.says("a", hold("privilege.first"))
                                .says("b", hold("privilege.second"))
                                .add("c")
                                .build();
  Asked asked;
  auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().verdict.effect, Effect::hold);
  EXPECT_EQ(made.error().verdict.reason, "privilege.first");
  EXPECT_EQ(corridor.diary[2], "c judges");
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("c commits")));
}

TEST(PipelineJudge, AHoldBeatsRewritesBeforeAndBehindIt) {
  Corridor corridor;
  const Pipeline pipeline = corridor.says("a", rewrite({{0, 0, " "}}))
                                .says("b", hold("privilege.approval"))
                                .says("c", rewrite({{0, 0, " "}}))
                                .build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), "privilege.approval");
}

TEST(PipelineJudge, RewritesOfSeveralGuardsAreJoined) {
  Corridor corridor;
  Asked asked(R"({"jsonrpc":"2.0","id":7,"result":{"a":1,"b":2}})", Stage::response);
  const auto a = asked.message.result()["a"], b = asked.message.result()["b"];
  const Pipeline pipeline = corridor.says("x", rewrite({{b.begin(), b.end(), "20"}}))
                                .says("y", rewrite({{a.begin(), a.end(), "10"}}))
                                .build();
  EXPECT_EQ(cleared(pipeline, asked), R"({"jsonrpc":"2.0","id":7,"result":{"a":10,"b":20}})");
}

TEST(PipelineJudge, AnObservedGuardIsRecordedAndJoinsNothing) {
  for (const Verdict& verdict :
       {no("injection.sql"), hold("injection.sql"), rewrite({{0, 1, "["}})}) {
    Corridor corridor;
    const Pipeline pipeline =
        corridor.says("injection.sql", verdict, Mode::observe).add("b").build();
    Asked asked;
    EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
    ASSERT_EQ(asked.notes.observed.size(), 1u);
    EXPECT_EQ(asked.notes.observed[0].guard, "injection.sql");
    EXPECT_EQ(asked.notes.observed[0].reason, verdict.reason);
    EXPECT_EQ(asked.notes.observed[0].effect, verdict.effect);
  }
}

TEST(PipelineJudge, APassingObservedGuardLeavesNoRecord) {
  Corridor corridor;
  const Pipeline pipeline = corridor.says("a", pass(), Mode::observe).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_THAT(asked.notes.observed, IsEmpty());
}

TEST(PipelineJudge, AnObservedGuardDoesNotHideTheNextOnesDenial) {
  Corridor corridor;
  const Pipeline pipeline =
      corridor.says("a", no("misuse.seen"), Mode::observe).says("b", no("misuse.meant")).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), "misuse.meant");
}

TEST(PipelineJudge, NeedComesBackAndJudgingGoesOnOnceTheValueIsThere) {
  Corridor corridor;
  FakeWork asks;
  asks.judge = [](const Exchange&, Notes& notes) {
    const auto found = notes.values.find("jwks:x");
    if (found == notes.values.end()) return need("jwks:x");
    return found->second == "good" ? pass() : no("identity.bad_key");
  };
  const Pipeline pipeline = corridor.add("a", asks).permits("b").build();
  for (const std::string value : {"good", "bad"}) {
    Asked asked;
    corridor.diary.clear();
    auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().verdict.effect, Effect::need);
    EXPECT_EQ(made.error().verdict.need, "jwks:x");
    EXPECT_TRUE(asked.permits.empty());
    // No guard hears of it: nothing was refused yet.
    EXPECT_THAT(corridor.diary, ElementsAre("a judges"));
    asked.notes.values["jwks:x"] = value;
    EXPECT_EQ(cleared(pipeline, asked),
              value == "good" ? asked.message.bytes() : "identity.bad_key");
  }
}

TEST(PipelineJudge, AGuardThatThrowsIsAClosedDoor) {
  for (const bool standard : {true, false}) {
    Corridor corridor;
    FakeWork throws;
    throws.judge = [standard](const Exchange&, Notes&) -> Verdict {
      if (standard) throw std::runtime_error("secret");
      throw 7;
    };
    const Pipeline pipeline = corridor.add("a", throws).add("b").build();
    Asked asked;
    auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().verdict.reason, "privilege.guard_failed");
    EXPECT_EQ(made.error().verdict.effect, Effect::deny);
    EXPECT_EQ(made.error().verdict.text.find("secret"), std::string::npos);
    EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("b commits")));
  }
}

TEST(PipelineJudge, AnObservedGuardThatThrowsOrNeedsChangesNothing) {
  FakeWork throws, needs;
  throws.judge = [](const Exchange&, Notes&) -> Verdict { throw std::runtime_error("x"); };
  needs.judge = [](const Exchange&, Notes&) { return need("score"); };
  for (const FakeWork& work : {throws, needs}) {
    Corridor corridor;
    const Pipeline pipeline = corridor.add("a", work, Mode::observe).build();
    Asked asked;
    EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  }
}

TEST(PipelineJudge, ASecondLookTellsWhatWasObservedOnce) {
  Corridor corridor;
  const Pipeline pipeline = corridor.says("a", no("misuse.seen"), Mode::observe).build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_EQ(cleared(pipeline, asked), asked.message.bytes());
  EXPECT_EQ(asked.notes.observed.size(), 1u);
}

TEST(PipelineJudge, AGuardThatThrowsInCommitIsAClosedDoor) {
  Corridor corridor;
  FakeWork throws;
  throws.commit = [](const Exchange&, Notes&) -> Commitment { throw std::bad_alloc(); };
  const Pipeline pipeline = corridor.permits("a").add("b", throws).permits("c").build();
  Asked asked;
  EXPECT_EQ(cleared(pipeline, asked), "privilege.guard_failed");
  EXPECT_THAT(corridor.diary, testing::Not(testing::Contains("c commits")));
}

TEST(PipelineJudge, AnExchangeWithoutAMessageIsRefused) {
  Corridor corridor;
  const Pipeline pipeline = corridor.permits("a").build();
  Asked asked;
  asked.exchange.message = nullptr;
  EXPECT_EQ(cleared(pipeline, asked), "privilege.guard_failed");
  EXPECT_TRUE(asked.permits.empty());
}

TEST(PipelineJudge, AnEmptyCorridorClearsNothingToAccept) {
  const Pipeline pipeline({});
  Exchange exchange;
  Notes notes;
  const auto admitted = pipeline.admit(exchange, notes);
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().verdict.reason, "identity.no_credential");
  EXPECT_EQ(admitted.error().verdict.answer, Answer::unauthenticated);
}

TEST(PipelineAdmit, AdmitsThePrincipalThatAGuardProved) {
  Corridor corridor;
  FakeWork proves;
  proves.judge = [](const Exchange&, Notes& notes) {
    notes.principal = Principal{.user = "ana"};
    return pass();
  };
  const Pipeline pipeline = corridor.add("a", proves).build();
  Exchange exchange;
  Notes notes;
  const auto admitted = pipeline.admit(exchange, notes);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->principal().user, "ana");
  EXPECT_EQ(pipeline.own(*admitted, "{}").body(), "{}");
}

TEST(PipelineAdmit, RefusesOnDenialHoldNeedAndThrow) {
  FakeWork proves;
  proves.judge = [](const Exchange&, Notes& notes) {
    notes.principal = Principal{.user = "ana"};
    return pass();
  };
  FakeWork throws;
  throws.judge = [](const Exchange&, Notes&) -> Verdict { throw std::logic_error("x"); };
  Exchange exchange;
  for (const Verdict& verdict : {no("transport.host"), hold("transport.host"), need("k")}) {
    Corridor corridor;
    Notes notes;
    const Pipeline pipeline = corridor.add("a", proves).says("b", verdict).build();
    EXPECT_FALSE(pipeline.admit(exchange, notes)) << effect_text(verdict.effect);
  }
  Corridor corridor;
  Notes notes;
  const Pipeline pipeline = corridor.add("a", proves).add("b", throws).build();
  EXPECT_FALSE(pipeline.admit(exchange, notes));
}

TEST(PipelineLaunch, StartsWhatNoGuardRefuses) {
  Corridor corridor;
  FakeWork refuses;
  refuses.at = stages(Stage::launch);
  refuses.judge = [](const Exchange& exchange, Notes&) {
    return exchange.server == "files" ? pass() : no("rogue.unlisted");
  };
  const Pipeline pipeline = corridor.add("a", refuses).build();
  Exchange exchange;
  exchange.stage = Stage::launch;
  exchange.server = "files";
  Notes notes;
  EXPECT_TRUE(pipeline.may_launch(exchange, notes));
  exchange.server = "other";
  const auto refused = pipeline.may_launch(exchange, notes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().verdict.reason, "rogue.unlisted");
  EXPECT_EQ(corridor.diary.back(), "a hears rogue.unlisted");
}

TEST(PipelineDeathTest, AGuardWithoutObserveModeCantBeObserved) {
  const auto build = [] {
    Corridor corridor;
    FakeWork strict;
    strict.observable = false;
    static_cast<void>(corridor.add("a", strict, Mode::observe).build());
  };
  EXPECT_DEATH(build(), "observe");
}

TEST(PipelineDeathTest, OnlyTheAcceptStageAdmits) {
  const auto admit = [] {
    const Pipeline pipeline({});
    Exchange exchange;
    exchange.stage = Stage::request;
    Notes notes;
    static_cast<void>(pipeline.admit(exchange, notes));
  };
  EXPECT_DEATH(admit(), "accept");
}

}  // namespace
}  // namespace doorward::core
