#include <gtest/gtest.h>

#include "net/upstream/upstream.h"

namespace doorward::net {
namespace {

TEST(Cancellation, IsHeardByAllWhoWait) {
  const auto cancellation = std::make_shared<Cancellation>();
  int outer = 0, inner = 0, gone = 0;
  const Cancellation::Heard first(cancellation, [&] { ++outer; });
  const Cancellation::Heard second(cancellation, [&] { ++inner; });
  {
    const Cancellation::Heard third(cancellation, [&] { ++gone; });
  }
  cancellation->cancel();
  cancellation->cancel();
  EXPECT_EQ(outer, 1);
  EXPECT_EQ(inner, 1);
  EXPECT_EQ(gone, 0);
}

TEST(Cancellation, IsHeardByWhoComesLate) {
  const auto cancellation = std::make_shared<Cancellation>();
  cancellation->cancel();
  bool heard = false;
  const Cancellation::Heard late(cancellation, [&] { heard = true; });
  EXPECT_TRUE(heard);
  const Cancellation::Heard of_nothing(nullptr, [] { FAIL(); });
}

}  // namespace
}  // namespace doorward::net
