// What guards share lives as long as one message is judged, and no longer.
#include "core/shared.h"

#include <gtest/gtest.h>

namespace doorward::core {
namespace {

struct One {
  int value = 0;
};
struct Two {
  int value = 0;
};

TEST(Shared, KeepsOneOfEachType) {
  Shared shared;
  shared.of<One>().value = 1;
  shared.of<Two>().value = 2;
  EXPECT_EQ(shared.of<One>().value, 1);
  EXPECT_EQ(shared.of<Two>().value, 2);
}

TEST(Shared, ForgetsAll) {
  Shared shared;
  shared.of<One>().value = 1;
  shared.clear();
  EXPECT_EQ(shared.of<One>().value, 0);
}

}  // namespace
}  // namespace doorward::core
