#include "net/bridge/waiting_calls.h"

#include <gtest/gtest.h>

#include <vector>

namespace doorward::net {
namespace {

TEST(WaitingCalls, HaveABoundForOneAndForAll) {
  WaitingCalls calls;
  std::vector<WaitingCalls::Place> held;
  for (size_t i = 0; i < WaitingCalls::kOfOne; ++i) {
    auto place = calls.take("mallory");
    ASSERT_TRUE(place);
    held.push_back(std::move(*place));
  }
  EXPECT_FALSE(calls.take("mallory"));
  EXPECT_TRUE(calls.take("alice"));
  held.front().leave();
  held.front().leave();
  auto again = calls.take("mallory");
  ASSERT_TRUE(again);
  held.front() = std::move(*again);
  EXPECT_FALSE(calls.take("mallory"));
  for (size_t i = held.size(); i < WaitingCalls::kInAll; ++i)
    held.push_back(std::move(*calls.take("of many " + std::to_string(i))));
  EXPECT_FALSE(calls.take("bob"));
  held.clear();
  EXPECT_TRUE(calls.take("mallory"));
}

}  // namespace
}  // namespace doorward::net
