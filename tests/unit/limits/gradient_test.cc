#include "limits/gradient.h"

#include <gmock/gmock.h>

namespace doorward::limits {
namespace {

using std::chrono::milliseconds;

void many(Gradient& gradient, int times, milliseconds latency, uint32_t most, bool lost = false) {
  for (int i = 0; i < times; ++i) gradient.ended(latency, gradient.limit(most), most, lost);
}

TEST(Gradient, LeavesAFastServerAlone) {
  Gradient gradient;
  EXPECT_EQ(gradient.limit(64), 64u);
  many(gradient, 200, milliseconds(2), 64);
  many(gradient, 200, milliseconds(200), 64);  // a hundred times slower, and still no harm
  EXPECT_EQ(gradient.limit(64), 64u);
}

TEST(Gradient, GivesASlowServerLessAndThenMoreAgain) {
  Gradient gradient;
  many(gradient, 200, milliseconds(100), 64);
  many(gradient, 40, milliseconds(3000), 64);
  const uint32_t buried = gradient.limit(64);
  EXPECT_LT(buried, 40u);
  EXPECT_GE(buried, 4u);
  many(gradient, 200, milliseconds(100), 64);
  EXPECT_EQ(gradient.limit(64), 64u);
}

TEST(Gradient, BacksOffWhenCallsAreLostButNeverToNothing) {
  Gradient gradient;
  many(gradient, 100, milliseconds(30'000), 64, true);
  EXPECT_EQ(gradient.limit(64), 4u);
  EXPECT_EQ(gradient.limit(2), 2u);
  many(gradient, 300, milliseconds(10), 64);
  EXPECT_EQ(gradient.limit(64), 64u);
}

TEST(Gradient, OneSlowCallAmongFewIsNoSign) {
  Gradient gradient;
  for (int i = 0; i < 100; ++i) gradient.ended(milliseconds(100), 1, 64, false);
  for (int i = 0; i < 100; ++i) gradient.ended(milliseconds(3000), 1, 64, false);
  EXPECT_EQ(gradient.limit(64), 64u);
}

TEST(Gradients, KeepServersApart) {
  Gradients all;
  for (int i = 0; i < 100; ++i) all.ended("slow", milliseconds(9000), 64, 64, true);
  EXPECT_EQ(all.limit("slow", 64), 4u);
  EXPECT_EQ(all.limit("other", 64), 64u);
}

}  // namespace
}  // namespace doorward::limits
