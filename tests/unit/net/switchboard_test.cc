#include "net/upstream/switchboard.h"

#include "support.h"

namespace doorward::net {
namespace {

class SwitchboardTest : public testing::Test {
 protected:
  std::shared_ptr<ServerMessages> inbox() {
    return std::make_shared<ServerMessages>(io_.get_executor(), 8);
  }
  static Expected<wire::Message> message(std::string text) {
    return wire::Message::parse(std::move(text));
  }
  static std::string question() {
    return R"({"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"?"}})";
  }
  // What waits in an inbox, as text.
  std::vector<std::string> taken(const std::shared_ptr<ServerMessages>& from) {
    from->close();
    std::vector<std::string> texts;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    for (;;) {
      auto next = finish(io_, from->pop(until));
      if (!next) return texts;
      texts.push_back(*next ? std::string((*next)->bytes()) : (*next).error().code);
    }
  }
  asio::io_context io_;
  std::atomic<uint64_t> dropped_{0};
  Switchboard board_{false, dropped_};
};

TEST_F(SwitchboardTest, AnAnswerGoesToItsRequestOnce) {
  const auto one = inbox(), two = inbox(), listener = inbox();
  board_.attach(listener);
  board_.expect(1, {.inbox = one});
  board_.expect(2, {.inbox = two});
  const std::string answer = R"({"jsonrpc":"2.0","id":1,"result":{}})";
  EXPECT_FALSE(board_.dispatch(message(answer)));
  EXPECT_FALSE(board_.dispatch(message(answer)));
  EXPECT_THAT(taken(one), testing::ElementsAre(answer));
  EXPECT_THAT(taken(two), testing::IsEmpty());
  EXPECT_THAT(taken(listener), testing::ElementsAre(answer));  // judged there: of no request
}

TEST_F(SwitchboardTest, AQuestionGoesToTheOneClientThatIsServed) {
  int client = 0;
  const auto listing = inbox(), first = inbox(), second = inbox();
  board_.expect(1, {.inbox = first, .client = &client, .can_ask = true});
  board_.expect(2, {.inbox = second, .client = &client, .can_ask = true});
  board_.expect(3, {.inbox = listing, .client = &client});
  EXPECT_FALSE(board_.dispatch(message(question())));
  EXPECT_THAT(taken(first), testing::IsEmpty());
  EXPECT_THAT(taken(second), testing::ElementsAre(question()));
  EXPECT_THAT(taken(listing), testing::IsEmpty());
}

TEST_F(SwitchboardTest, AQuestionOfSeveralClientsIsNobodys) {
  int one = 0, other = 0;
  const auto first = inbox(), second = inbox(), listener = inbox();
  board_.attach(listener);
  board_.expect(1, {.inbox = first, .client = &one, .can_ask = true});
  board_.expect(2, {.inbox = second, .client = &other, .can_ask = true});
  const auto back = board_.dispatch(message(question()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->bytes(), question());
  for (const auto& each : {first, second, listener}) EXPECT_THAT(taken(each), testing::IsEmpty());
}

TEST_F(SwitchboardTest, AQuestionOutsideARequestGoesToTheOneThatListens) {
  const auto listener = inbox();
  board_.attach(listener);
  board_.expect(1, {.inbox = inbox()});  // a list can't ask
  EXPECT_FALSE(board_.dispatch(message(question())));
  EXPECT_THAT(taken(listener), testing::ElementsAre(question()));
}

TEST_F(SwitchboardTest, AQuestionOutsideARequestIsNobodysWhereSeveralListen) {
  const auto one = inbox(), other = inbox();
  board_.attach(one);
  board_.attach(other);
  EXPECT_TRUE(board_.dispatch(message(question())));
}

// Of a process that serves several principals.
class SharedSwitchboardTest : public SwitchboardTest {
 protected:
  void call(uint64_t id, const void* client, const std::shared_ptr<ServerMessages>& in) {
    shared_.expect(id, {.inbox = in, .client = client, .can_ask = true});
  }
  Switchboard shared_{true, dropped_};
  int one_ = 0, other_ = 0;
};

TEST_F(SharedSwitchboardTest, AQuestionGoesToTheOneWhoseCallsAreOpen) {
  const auto only = inbox(), listener = inbox();
  shared_.attach(listener);
  call(1, &one_, only);
  EXPECT_FALSE(shared_.dispatch(message(question())));
  EXPECT_THAT(taken(only), testing::ElementsAre(question()));
  EXPECT_THAT(taken(listener), testing::IsEmpty());
}

TEST_F(SharedSwitchboardTest, AQuestionIsNobodysWhileSeveralHaveCalls) {
  const auto first = inbox(), second = inbox();
  call(1, &one_, first);
  call(2, &other_, second);
  EXPECT_TRUE(shared_.dispatch(message(question())));
  for (const auto& each : {first, second}) EXPECT_THAT(taken(each), testing::IsEmpty());
}

TEST_F(SharedSwitchboardTest, AQuestionOutsideOfCallsIsNobodys) {
  const auto listener = inbox();
  shared_.attach(listener);
  EXPECT_TRUE(shared_.dispatch(message(question())));
  EXPECT_THAT(taken(listener), testing::IsEmpty());
}

TEST_F(SharedSwitchboardTest, ACallThatWasGivenUpMayStillAsk) {
  const auto only = inbox();
  call(1, &other_, inbox());
  shared_.forget(1);  // no answer came
  call(2, &one_, only);
  EXPECT_TRUE(shared_.dispatch(message(question())));
  // Whoever stands at the other's address later is somebody else.
  shared_.left(&other_);
  call(3, &other_, inbox());
  shared_.forget(2);
  EXPECT_TRUE(shared_.dispatch(message(question())));
}

TEST_F(SharedSwitchboardTest, AnAnsweredCallAsksNoMore) {
  const auto only = inbox();
  call(1, &other_, inbox());
  EXPECT_FALSE(shared_.dispatch(message(R"({"jsonrpc":"2.0","id":1,"result":{}})")));
  shared_.forget(1);
  call(2, &one_, only);
  shared_.forget(2);  // his own, given up, is no riddle
  call(3, &one_, only);
  EXPECT_FALSE(shared_.dispatch(message(question())));
  EXPECT_THAT(taken(only), testing::ElementsAre(question()));
}

TEST_F(SwitchboardTest, NewsGoToAllWhoListen) {
  const auto one = inbox(), other = inbox();
  board_.attach(one);
  board_.attach(other);
  const std::string news = R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})";
  EXPECT_FALSE(board_.dispatch(message(news)));
  EXPECT_THAT(taken(one), testing::ElementsAre(news));
  EXPECT_THAT(taken(other), testing::ElementsAre(news));
}

TEST_F(SwitchboardTest, WhatCameBeforeAnyoneListenedIsKept) {
  const std::string news = R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})";
  EXPECT_FALSE(board_.dispatch(message(news)));
  const auto listener = inbox();
  board_.attach(listener);
  EXPECT_THAT(taken(listener), testing::ElementsAre(news));
}

TEST_F(SwitchboardTest, AnAnswerToNothingIsNotKept) {
  EXPECT_FALSE(board_.dispatch(message(R"({"jsonrpc":"2.0","id":9,"result":{}})")));
  EXPECT_EQ(dropped_.load(), 1u);
  const auto listener = inbox();
  board_.attach(listener);
  EXPECT_THAT(taken(listener), testing::IsEmpty());
}

TEST_F(SwitchboardTest, ALateAnswerIsTakenOnce) {
  board_.overdue(7);
  EXPECT_FALSE(board_.dispatch(message(R"({"jsonrpc":"2.0","id":7,"result":{}})")));
  EXPECT_FALSE(board_.still_overdue(7));
  board_.overdue(8);
  EXPECT_TRUE(board_.still_overdue(8));
  EXPECT_FALSE(board_.still_overdue(8));
}

TEST_F(SwitchboardTest, NobodyWaitsForAChannelThatIsGone) {
  const auto waiting = inbox(), listener = inbox(), late = inbox();
  board_.expect(1, {.inbox = waiting});
  board_.attach(listener);
  board_.close();
  board_.expect(2, {.inbox = late});
  for (const auto& each : {waiting, listener, late}) EXPECT_TRUE(each->closed());
}

}  // namespace
}  // namespace doorward::net
