#include "identity/asking.h"

#include <gmock/gmock.h>

#include <list>

namespace doorward::identity {
namespace {

using Turn = Asking::Turn;

class AskingTest : public testing::Test {
 protected:
  Asking::Place& place(const std::string& key, const std::string& source, bool vouched = false) {
    return places.emplace_back(asking, Asking::Question{key, source, vouched});
  }
  SteadyTime now{std::chrono::hours(1)};
  Asking asking{{.strangers = 3, .of_one_source = 2, .waiting_of_one_source = 2}};
  std::list<Asking::Place> places;
};

TEST_F(AskingTest, AsksOnceAboutOneToken) {
  auto& first = place("a", "1.1.1.1");
  auto& second = place("a", "2.2.2.2");
  EXPECT_EQ(first.look(now), Turn::ask);
  EXPECT_EQ(second.look(now), Turn::wait);
  first.close("yes", false, now);
  EXPECT_EQ(second.look(now), Turn::known);
  EXPECT_EQ(second.heard(), "yes");
}

TEST_F(AskingTest, ASourceOfManyLeavesRoomForOthers) {
  EXPECT_EQ(place("a", "1.1.1.1").look(now), Turn::ask);
  EXPECT_EQ(place("b", "1.1.1.1").look(now), Turn::ask);
  EXPECT_EQ(place("c", "1.1.1.1").look(now), Turn::wait);
  auto& waiting = place("d", "1.1.1.1");
  EXPECT_EQ(waiting.look(now), Turn::wait);
  EXPECT_EQ(place("e", "1.1.1.1").look(now), Turn::full);
  // Who waits keeps his place in the line.
  EXPECT_EQ(waiting.look(now), Turn::wait);
  EXPECT_EQ(place("f", "2.2.2.2").look(now), Turn::ask);
  // There is no more room in all, but a token that was good is none of a stranger.
  EXPECT_EQ(place("g", "3.3.3.3").look(now), Turn::wait);
  EXPECT_EQ(place("h", "1.1.1.1", true).look(now), Turn::ask);
}

TEST_F(AskingTest, WhoHasEndedGivesHisPlaceBack) {
  EXPECT_EQ(place("a", "1.1.1.1").look(now), Turn::ask);
  EXPECT_EQ(place("b", "1.1.1.1").look(now), Turn::ask);
  auto& third = place("c", "1.1.1.1");
  EXPECT_EQ(third.look(now), Turn::wait);
  places.front().close("no", true, now);
  EXPECT_EQ(third.look(now), Turn::ask);
  places.clear();  // however they end
  EXPECT_EQ(place("d", "1.1.1.1").look(now), Turn::ask);
  EXPECT_EQ(place("e", "1.1.1.1").look(now), Turn::ask);
}

TEST_F(AskingTest, OneThatWasGivenUpIsKnownToWhoWaits) {
  auto& second = place("a", "2.2.2.2");
  {
    Asking::Place first(asking, {"a", "1.1.1.1", false});
    EXPECT_EQ(first.look(now), Turn::ask);
    EXPECT_EQ(second.look(now), Turn::wait);
  }
  EXPECT_EQ(second.look(now), Turn::known);
  EXPECT_EQ(second.heard(), "");
}

TEST_F(AskingTest, ABadOneIsRememberedForAWhile) {
  auto& first = place("a", "1.1.1.1");
  EXPECT_EQ(first.look(now), Turn::ask);
  first.close("no", true, now);
  auto& second = place("a", "1.1.1.1");
  EXPECT_EQ(second.look(now + std::chrono::seconds(4)), Turn::known);
  EXPECT_EQ(second.heard(), std::nullopt);
  EXPECT_EQ(place("a", "1.1.1.1").look(now + std::chrono::seconds(5)), Turn::ask);
}

}  // namespace
}  // namespace doorward::identity
