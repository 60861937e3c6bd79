#include "net/session/event_log.h"

#include "support.h"

namespace doorward::net {
namespace {

TEST(EventLog, KeepsEventsByNumberAndHandsThemOutAgain) {
  EventLog log(3, 1 << 20);
  EXPECT_EQ(log.append(numbered(1)), 1u);
  EXPECT_EQ(log.append(numbered(2)), 2u);
  for (int round = 0; round < 2; ++round) {
    const auto first = log.after(0);
    ASSERT_TRUE(first.event);
    EXPECT_EQ(first.number, 1u);
    EXPECT_THAT(first.event->body(), testing::HasSubstr("\"id\":1"));
  }
  EXPECT_EQ(log.after(1).number, 2u);
  const auto none = log.after(2);
  EXPECT_FALSE(none.event);
  EXPECT_FALSE(none.closed);
}

TEST(EventLog, TheOldestGoFirstWhenItIsFullButTheLastStays) {
  const size_t size = numbered(1).size();
  EventLog log(1, 3 * size);
  for (int i = 1; i <= 5; ++i) log.append(numbered(i));
  EXPECT_EQ(log.after(0).number, 3u);  // a gap that the client sees by the number
  EventLog tiny(1, 1);
  tiny.append(numbered(1));
  tiny.append(numbered(2));
  EXPECT_EQ(tiny.after(0).number, 2u);
}

TEST(EventLog, AClosedOneSaysSoBehindItsLastEvent) {
  EventLog log(1, 1 << 20);
  log.append(numbered(1));
  log.close();
  EXPECT_TRUE(log.is_closed());
  EXPECT_TRUE(log.after(0).event);
  EXPECT_FALSE(log.after(0).closed);
  EXPECT_TRUE(log.after(1).closed);
  EXPECT_TRUE(log.after(99).closed);
}

TEST(EventLog, KeepsNothingOfWhatHasEndedOnceAllKeepTooMuch) {
  const size_t before = EventLog::kept_of_all();
  const size_t size = numbered(1).size();
  EventLog::bound_all(before + 3 * size);
  {
    EventLog first(1, 1 << 20), second(2, 1 << 20), third(3, 1 << 20);
    first.append(numbered(1));
    first.close();
    EXPECT_TRUE(first.after(0).event);
    for (int i = 1; i <= 3; ++i) second.append(numbered(i));
    EXPECT_EQ(second.after(0).number, 2u);
    third.append(numbered(1));
    EXPECT_TRUE(third.after(0).event);  // not yet with its client
    third.close();
    EXPECT_FALSE(third.after(0).event);
    EXPECT_TRUE(third.after(0).closed);
    EXPECT_EQ(EventLog::kept_of_all(), before + 3 * size);
  }
  EXPECT_EQ(EventLog::kept_of_all(), before);
  EventLog::bound_all(128ULL * 1024 * 1024);
}

TEST(EventLog, TellsOfEachChangeUntilToldToStop) {
  EventLog log(1, 1 << 20);
  int changes = 0;
  log.on_change([&] { ++changes; });
  log.append(numbered(1));
  log.close();
  EXPECT_EQ(changes, 2);
  log.on_change({});
  log.append(numbered(2));
  EXPECT_EQ(changes, 2);
}

TEST(EventId, GoesBothWaysAndNothingElseIsOne) {
  EventLog log(12, 1);
  const auto id = parse_event_id(log.event_id(34));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->stream, 12u);
  EXPECT_EQ(id->number, 34u);
  for (const char* text :
       {"", "-", "1", "1-", "-1", "1-2-3", "1 -2", "1- 2", " 1-2", "1-2 ", "+1-2", "1--2", "0x1-2",
        "1_2", "99999999999999999999999-1", "1-99999999999999999999999", "a-b"})
    EXPECT_FALSE(parse_event_id(text)) << text;
}

}  // namespace
}  // namespace doorward::net
