#include "net/bridge/waiting_calls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorward::net {
namespace {

TEST(WaitingCalls, HaveABoundForOneAndForAll) {
  WaitingCalls calls;
  std::vector<WaitingCalls::Place> held;
  for (size_t i = 0; i < WaitingCalls::kOfOne; ++i) {
    auto place = calls.take("mallory", "a");
    ASSERT_TRUE(place);
    held.push_back(std::move(*place));
  }
  EXPECT_FALSE(calls.take("mallory", "a"));
  EXPECT_TRUE(calls.take("alice", "a"));
  held.front().leave();
  held.front().leave();
  auto again = calls.take("mallory", "a");
  ASSERT_TRUE(again);
  held.front() = std::move(*again);
  EXPECT_FALSE(calls.take("mallory", "a"));
  for (size_t i = held.size(); i < WaitingCalls::kInAll; ++i)
    held.push_back(
        std::move(*calls.take("of many " + std::to_string(i), "one of " + std::to_string(i / 64))));
  EXPECT_FALSE(calls.take("bob", "b"));
  held.clear();
  EXPECT_TRUE(calls.take("mallory", "a"));
}

TEST(WaitingCalls, OfOneServerHaveABoundThatFewPrincipalsCanNotUseUp) {
  WaitingCalls calls;
  std::vector<WaitingCalls::Place> held;
  const auto take = [&](const std::string& owner, size_t times) {
    for (size_t i = 0; i < times; ++i) {
      auto place = calls.take(owner, "shared");
      ASSERT_TRUE(place) << owner << " " << i;
      held.push_back(std::move(*place));
    }
  };
  take("mallory", WaitingCalls::kOfOne);
  take("trudy", WaitingCalls::kOfOne);
  take("alice", WaitingCalls::kFew);
  const auto over = calls.take("alice", "shared");
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), WaitingCalls::Full::server);
  EXPECT_TRUE(calls.take("alice", "another"));
  for (size_t i = 0; held.size() < WaitingCalls::kAtServer; ++i) take("p" + std::to_string(i), 1);
  EXPECT_EQ(calls.size(), WaitingCalls::kAtServer);
  EXPECT_FALSE(calls.take("bob", "shared"));
  held.clear();
  EXPECT_EQ(calls.size(), 0u);
  take("alice", WaitingCalls::kOfOne);
}

}  // namespace
}  // namespace doorward::net
