#include "net/upstream/process_room.h"

#include <gmock/gmock.h>

namespace doorward::net {
namespace {

using std::chrono::seconds;

class ProcessRoomTest : public testing::Test {
 protected:
  using Answer = ProcessRoom::Answer;
  // `count` more of this owner's, the first of them used longest ago.
  void add(const std::string& owner, size_t count, seconds idle, bool at_work = false) {
    for (size_t i = 0; i < count; ++i)
      held_.push_back({owner, true, at_work, now_ - idle + std::chrono::milliseconds(i)});
  }
  ProcessRoom ask(const std::string& owner, size_t limit) {
    return room_for(owner, held_, starting_, limit, now_);
  }
  const SteadyTime now_ = SteadyTime() + std::chrono::hours(1);
  std::vector<HeldProcess> held_;
  std::map<std::string, size_t> starting_;
};

TEST_F(ProcessRoomTest, TenPeopleWithEightServersEachFind) {
  for (int person = 0; person < 10; ++person)
    for (int server = 0; server < 8; ++server) {
      const std::string name = "p" + std::to_string(person);
      ASSERT_EQ(ask(name, 96).answer, Answer::start) << person << " " << server;
      add(name, 1, seconds(0));
    }
}

TEST_F(ProcessRoomTest, OneTakesHalfOfAllAndNoMore) {
  add("hog", 47, seconds(1));
  EXPECT_EQ(ask("hog", 96).answer, Answer::start);
  add("hog", 1, seconds(1));
  EXPECT_EQ(ask("hog", 96).answer, Answer::own_full);
  EXPECT_EQ(ask("ana", 96).answer, Answer::start);
}

TEST_F(ProcessRoomTest, WhatIsBeingStartedCounts) {
  starting_ = {{"hog", 48}};
  EXPECT_EQ(ask("hog", 96).answer, Answer::own_full);
  starting_ = {{"hog", 40}, {"ana", 8}};
  EXPECT_EQ(ask("hog", 96).answer, Answer::own_full);
  EXPECT_EQ(ask("ana", 96).answer, Answer::start);
}

TEST_F(ProcessRoomTest, WhoHasHisShareGivesUpHisOwnThatIsIdle) {
  add("ana", 8, seconds(500));
  add("hog", 40, seconds(60));
  const ProcessRoom room = ask("hog", 96);
  ASSERT_EQ(room.answer, Answer::instead);
  EXPECT_EQ(room.ends, 8u);  // his longest idle, not hers
}

TEST_F(ProcessRoomTest, TheHeaviestGivesWayFirstThoughItWasUsedAMomentAgo) {
  add("ana", 8, seconds(500));
  add("hog", 24, seconds(0));
  const ProcessRoom room = ask("ben", 32);
  ASSERT_EQ(room.answer, Answer::instead);
  EXPECT_EQ(held_[room.ends].owner, "hog");
}

TEST_F(ProcessRoomTest, WhatIsAtWorkIsNeverEnded) {
  add("hog", 24, seconds(500), true);
  add("ana", 8, seconds(20));
  const ProcessRoom room = ask("ben", 32);
  ASSERT_EQ(room.answer, Answer::instead);
  EXPECT_EQ(held_[room.ends].owner, "ana");
  for (HeldProcess& one : held_) one.at_work = true;
  EXPECT_EQ(ask("ben", 32).answer, Answer::all_full);
}

TEST_F(ProcessRoomTest, AmongEqualsOnlyWhatWasIdleForAWhileGivesWay) {
  add("ana", 8, seconds(5));
  add("ben", 8, seconds(5));
  EXPECT_EQ(ask("ana", 16).answer, Answer::own_full);
  add("cem", 7, seconds(5));
  EXPECT_EQ(ask("cem", 23).answer, Answer::own_full);
  EXPECT_EQ(ask("dan", 23).answer, Answer::instead);  // who has none finds room
}

TEST_F(ProcessRoomTest, WhatNobodyUsesGoesFirstAndWhatSeveralUseNever) {
  add("", 4, seconds(5000));  // `instances: shared`
  add("hog", 27, seconds(60));
  held_.push_back({"ana", false, false, now_ - seconds(30)});
  const ProcessRoom room = ask("ben", 32);
  ASSERT_EQ(room.answer, Answer::instead);
  EXPECT_EQ(held_[room.ends].owner, "ana");
  held_.pop_back();
  add("hog", 1, seconds(60));
  EXPECT_EQ(held_[ask("ben", 32).ends].owner, "hog");
  held_[0].in_use = false;
  EXPECT_EQ(held_[ask("ben", 32).ends].owner, "");
}

TEST_F(ProcessRoomTest, ASmallLimitStillLetsOneStart) {
  EXPECT_EQ(ask("ana", 1).answer, Answer::start);
  add("ana", 1, seconds(0), true);
  EXPECT_EQ(ask("ana", 1).answer, Answer::own_full);
  EXPECT_EQ(ask("ben", 1).answer, Answer::all_full);
}

}  // namespace
}  // namespace doorward::net
