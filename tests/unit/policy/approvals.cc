#include "policy/approvals.h"

#include <gtest/gtest.h>

#include "memory_store.h"

namespace doorward::policy {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class ApprovalsTest : public testing::Test {
 protected:
  ApprovalsTest()
      : approvals_(store_, [this](std::string_view event, const Approval&) -> Expected<void> {
          if (log_broken_) return failure("audit.failed", Fault::self, "no");
          events_.emplace_back(event);
          return {};
        }) {}

  static Question question() {
    Question q;
    q.principal = "3:ana";
    q.user = "ana";
    q.server = "shop";
    q.method = "tools/call";
    q.target = "refund";
    q.arguments = R"({"amount":1})";
    q.arguments_hash = "aa";
    q.policy = "p1";
    q.reasons = {"privilege.approval"};
    q.rule = "refunds";
    return q;
  }
  Expected<Approvals::Reply> ask(const Question& q) {
    Expected<Approvals::Reply> got = failure("test.none", Fault::self, "no answer");
    approvals_.ask(q, bounds_, now_, [&](Expected<Approvals::Reply> reply) { got = reply; });
    return got;
  }
  Approvals::Reply asked(const Question& q) {
    auto reply = ask(q);
    EXPECT_TRUE(reply);
    return reply ? *reply : Approvals::Reply{};
  }
  std::string decide(const std::string& id, const Approver& who, bool approve = true,
                     std::string_view policy = "p1") {
    auto decided = approvals_.decide(id, who, approve, policy, bounds_, now_);
    return decided ? "" : decided.error().code;
  }

  const std::shared_ptr<Memory> store_ = std::make_shared<Memory>();
  std::vector<std::string> events_;
  bool log_broken_ = false;
  Approvals approvals_;
  Approvals::Bounds bounds_{minutes(5), 3};
  WallTime now_ = *parse_rfc3339("2026-11-26T12:00:00Z");
  const Approver lead_{"lea", OperatorRole::approver, {"leads"}, false};
};

using Answer = Approvals::Answer;

TEST_F(ApprovalsTest, IsAskedOnceAndRedeemedOnce) {
  const auto first = asked(question());
  EXPECT_EQ(first.answer, Answer::pending);
  EXPECT_EQ(asked(question()).id, first.id);
  EXPECT_EQ(decide(first.id, lead_), "");
  EXPECT_EQ(asked(question()).answer, Answer::redeemed);
  const auto next = asked(question());
  EXPECT_EQ(next.answer, Answer::pending);
  EXPECT_NE(next.id, first.id);
  EXPECT_EQ(events_, (std::vector<std::string>{"asked", "approved", "redeemed", "asked"}));
}

TEST_F(ApprovalsTest, AnyChangeIsAnotherQuestion) {
  const auto first = asked(question());
  ASSERT_EQ(decide(first.id, lead_), "");
  bounds_.pending = 100;
  for (const auto change :
       {+[](Question& q) { q.principal = "3:bob"; }, +[](Question& q) { q.server = "b"; },
        +[](Question& q) { q.target = "b"; }, +[](Question& q) { q.arguments_hash = "b"; },
        +[](Question& q) { q.policy = "b"; }, +[](Question& q) { q.definition = "b"; },
        +[](Question& q) { q.rule = "b"; }, +[](Question& q) { q.method = "prompts/get"; },
        +[](Question& q) { q.reasons.emplace_back("misuse.flow"); },
        +[](Question& q) { q.beside_hash = "b"; }, +[](Question& q) { q.second_person = true; }}) {
    Question other = question();
    change(other);
    EXPECT_EQ(asked(other).answer, Answer::pending);
  }
  EXPECT_EQ(asked(question()).answer, Answer::redeemed);
}

TEST_F(ApprovalsTest, SilenceIsNo) {
  const auto first = asked(question());
  now_ += minutes(5);
  EXPECT_EQ(decide(first.id, lead_), "approvals.settled");
  const auto next = asked(question());
  EXPECT_NE(next.id, first.id);
  ASSERT_EQ(decide(next.id, lead_), "");
  now_ += minutes(5) - seconds(1);
  // The answer has a life of its own, from when it was given.
  EXPECT_EQ(asked(question()).answer, Answer::redeemed);
  const auto third = asked(question());
  ASSERT_EQ(decide(third.id, lead_), "");
  now_ += minutes(5);
  EXPECT_EQ(asked(question()).answer, Answer::pending);
}

TEST_F(ApprovalsTest, ADenialStandsForItsTime) {
  const auto first = asked(question());
  EXPECT_EQ(decide(first.id, lead_, false), "");
  EXPECT_EQ(asked(question()).answer, Answer::denied);
  EXPECT_EQ(decide(first.id, lead_), "approvals.settled");
  now_ += minutes(5);
  EXPECT_EQ(asked(question()).answer, Answer::pending);
}

TEST_F(ApprovalsTest, AnApprovalCanBeTakenBackUntilItIsRedeemed) {
  const auto first = asked(question());
  ASSERT_EQ(decide(first.id, lead_), "");
  EXPECT_EQ(decide(first.id, lead_, false), "");
  EXPECT_EQ(asked(question()).answer, Answer::denied);
}

TEST_F(ApprovalsTest, WhoMayApprove) {
  Question q = question();
  const auto why = [&q](const Approver& who) {
    const auto allowed = may_approve(q, who);
    return allowed ? std::string() : allowed.error().code;
  };
  EXPECT_EQ(why(lead_), "");
  EXPECT_EQ(why({"v", OperatorRole::viewer, {"leads"}, false}), "approvals.role");
  EXPECT_EQ(why({"ana", OperatorRole::admin, {}, false}), "approvals.own");
  q.agent = "bot";  // nor does the agent that asked
  EXPECT_EQ(why({"bot", OperatorRole::admin, {}, false}), "approvals.own");
  q.agent = "";
  q.approvers = {{.group = "leads"}};
  EXPECT_EQ(why(lead_), "");
  EXPECT_EQ(why({"admin", OperatorRole::admin, {}, false}), "approvals.not_approver");
  q.approvers = {{.user = "lea", .group = "others"}};
  EXPECT_EQ(why(lead_), "approvals.not_approver");
  q.approvers = {{.scope = "s"}};
  EXPECT_EQ(why(lead_), "approvals.not_approver");
  q.approvers = {{.any = true}};
  EXPECT_EQ(why(lead_), "");
  // Each rule that holds it has its say.
  q.also_approvers = {{{.group = "secs"}}};
  EXPECT_EQ(why(lead_), "approvals.not_approver");
  EXPECT_EQ(why({"lea", OperatorRole::approver, {"leads", "secs"}, false}), "");
  q.also_approvers = {{{.group = "leads"}}, {}};
  EXPECT_EQ(why(lead_), "");
  q.also_approvers.clear();

  // The desktop: the built-in operator approves for `local`, but is no second person.
  const Approver desktop{"operator", OperatorRole::admin, {}, true};
  q = question();
  q.user = "local";
  EXPECT_EQ(why(desktop), "");
  q.second_person = true;
  EXPECT_EQ(why(desktop), "approvals.own");
  EXPECT_EQ(why(lead_), "");
}

TEST_F(ApprovalsTest, AnotherPolicyVoidsTheQuestion) {
  const auto first = asked(question());
  EXPECT_EQ(decide(first.id, lead_, true, "p2"), "approvals.void");
  EXPECT_EQ(decide("nobody", lead_), "approvals.unknown");
}

TEST_F(ApprovalsTest, OpenQuestionsAreCapped) {
  for (int i = 0; i < 3; ++i) {
    Question q = question();
    q.arguments_hash = std::to_string(i);
    EXPECT_EQ(asked(q).answer, Answer::pending);
  }
  EXPECT_EQ(asked(question()).answer, Answer::full);
  Question other = question();
  other.principal = "3:bob";
  EXPECT_EQ(asked(other).answer, Answer::pending);
  now_ += minutes(5);
  EXPECT_EQ(asked(question()).answer, Answer::pending);
}

TEST_F(ApprovalsTest, WhatIsGivenBackCanBeRedeemedAgain) {
  const auto first = asked(question());
  approvals_.give_back(first.id, now_);  // not redeemed: nothing to give back
  EXPECT_EQ(asked(question()).answer, Answer::pending);
  ASSERT_EQ(decide(first.id, lead_), "");
  ASSERT_EQ(asked(question()).answer, Answer::redeemed);
  approvals_.give_back(first.id, now_);
  EXPECT_EQ(asked(question()).answer, Answer::redeemed);
}

TEST_F(ApprovalsTest, NoEntryNoChange) {
  const auto first = asked(question());
  log_broken_ = true;
  EXPECT_EQ(decide(first.id, lead_), "audit.failed");
  log_broken_ = false;
  EXPECT_EQ(asked(question()).answer, Answer::pending);
  ASSERT_EQ(decide(first.id, lead_), "");
  log_broken_ = true;
  EXPECT_FALSE(ask(question()));
  log_broken_ = false;
  EXPECT_EQ(asked(question()).answer, Answer::redeemed);
}

TEST_F(ApprovalsTest, WhatCantBeReadApprovesNothing) {
  const auto first = asked(question());
  ASSERT_EQ(decide(first.id, lead_), "");
  for (auto& [key, value] : store_->view.rows)
    if (key.first == "approval") value.insert(0, "x");
  const auto next = asked(question());
  EXPECT_EQ(next.answer, Answer::pending);
  EXPECT_NE(next.id, first.id);
}

TEST_F(ApprovalsTest, ARepeatDoesNotShadowWhatIsGivenBack) {
  const auto first = asked(question());
  ASSERT_EQ(decide(first.id, lead_), "");
  ASSERT_EQ(asked(question()).answer, Answer::redeemed);
  const auto repeat = asked(question());  // while the first is under way
  EXPECT_EQ(repeat.answer, Answer::pending);
  approvals_.give_back(first.id, now_);
  EXPECT_EQ(decide(repeat.id, lead_), "approvals.settled");
  const auto again = asked(question());
  EXPECT_EQ(again.answer, Answer::redeemed);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(events_, (std::vector<std::string>{"asked", "approved", "redeemed", "asked",
                                               "given_back", "expired", "redeemed"}));
}

TEST_F(ApprovalsTest, ListIsTheNewestFirstAndForgetsTheOld) {
  const auto first = asked(question());
  now_ += seconds(1);
  Question q = question();
  q.arguments_hash = "b";
  q.approvers = {{.any = true}, {.user = "u", .group = "g"}};
  q.also_approvers = {{{.group = "h"}, {.any = true}}};
  q.beside = R"({"task":{"ttl":1}})";
  asked(q);
  auto all = approvals_.list(now_);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).question, q);
  EXPECT_EQ(all->at(1).id, first.id);
  now_ += minutes(6);
  all = approvals_.list(now_);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->at(0).state, ApprovalState::expired);
  now_ += std::chrono::hours(25);
  all = approvals_.list(now_);
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->empty());
  EXPECT_TRUE(store_->view.rows.empty());
}

}  // namespace
}  // namespace doorward::policy
