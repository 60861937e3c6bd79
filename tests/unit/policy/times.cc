// Hours of rules: edges, nights, zones, summer time, and what is no window.
#include "policy/times.h"

#include <gtest/gtest.h>

namespace doorward::policy {
namespace {

WallTime at(std::string_view text) {
  return *parse_rfc3339(text);
}

bool open(const TimeWindow& window, std::string_view moment) {
  const auto times = Times::compile({window});
  EXPECT_TRUE(times) << times.error().what;
  return times && times->cover(at(moment));
}

TEST(Times, WithoutWindowsItIsAlways) {
  EXPECT_TRUE(Times().cover(at("2026-11-26T03:00:00Z")));
  EXPECT_TRUE(Times::compile({})->cover(WallTime{}));
}

TEST(Times, TheLastMinuteIsOutside) {
  const TimeWindow office{.from = 8 * 60, .to = 18 * 60};
  EXPECT_FALSE(open(office, "2026-11-26T07:59:59.999999Z"));
  EXPECT_TRUE(open(office, "2026-11-26T08:00:00Z"));
  EXPECT_TRUE(open(office, "2026-11-26T17:59:59Z"));
  EXPECT_FALSE(open(office, "2026-11-26T18:00:00Z"));
}

TEST(Times, DaysAreThoseOfTheZone) {
  const TimeWindow monday{.days = 1, .zone = "Pacific/Auckland"};
  EXPECT_TRUE(open(monday, "2026-11-29T12:00:00Z"));   // Monday 01:00 there
  EXPECT_FALSE(open(monday, "2026-11-29T10:00:00Z"));  // Sunday 23:00 there
  EXPECT_FALSE(open(monday, "2026-11-30T11:00:00Z"));  // Tuesday 00:00 there
}

TEST(Times, ANightBelongsToTheDayOnWhichItBegins) {
  const TimeWindow friday_night{.days = 1 << 4, .from = 22 * 60, .to = 6 * 60};
  EXPECT_TRUE(open(friday_night, "2026-11-27T23:00:00Z"));
  EXPECT_TRUE(open(friday_night, "2026-11-28T05:59:00Z"));
  EXPECT_FALSE(open(friday_night, "2026-11-28T23:00:00Z"));
  EXPECT_FALSE(open(friday_night, "2026-11-27T05:00:00Z"));
}

TEST(Times, SummerTimeMovesTheHours) {
  const TimeWindow morning{.from = 9 * 60, .to = 10 * 60, .zone = "Europe/Berlin"};
  EXPECT_TRUE(open(morning, "2026-07-01T07:30:00Z"));
  EXPECT_FALSE(open(morning, "2026-07-01T08:30:00Z"));
  EXPECT_TRUE(open(morning, "2026-12-01T08:30:00Z"));
  EXPECT_FALSE(open(morning, "2026-12-01T07:30:00Z"));
}

TEST(Times, MomentsBoundTheWhole) {
  const TimeWindow term{.after = at("2026-11-26T10:00:00Z"), .before = at("2026-11-26T12:00:00Z")};
  EXPECT_FALSE(open(term, "2026-11-26T09:59:59Z"));
  EXPECT_TRUE(open(term, "2026-11-26T10:00:00Z"));
  EXPECT_FALSE(open(term, "2026-11-26T12:00:00Z"));
}

TEST(Times, WhatNeverOpensOrIsNowhereIsRefused) {
  for (const TimeWindow& window : std::vector<TimeWindow>{
           {.days = 0},
           {.from = 60, .to = 60},
           {.from = 24 * 60},
           {.zone = "Mars/Olympus"},
           {.zone = ""},
           {.zone = "Etc/Unknown"},
           {.zone = "Europe/Berlin;rm"},
           {.after = at("2026-11-26T10:00:00Z"), .before = at("2026-11-26T10:00:00Z")},
       }) {
    const auto times = Times::compile({window});
    ASSERT_FALSE(times) << window.zone << " " << window.from;
    EXPECT_EQ(times.error().code, "policy.times");
  }
}

}  // namespace
}  // namespace doorward::policy
