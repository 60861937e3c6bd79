// Rights that change are news; who comes for the first time is none.
#include "policy/rights.h"

#include <gtest/gtest.h>

#include "memory_store.h"

namespace doorward::policy {
namespace {

core::Principal who(std::vector<std::string> groups, std::string agent = "") {
  core::Principal principal{.user = "ana"};
  principal.groups = std::move(groups);
  principal.agent = std::move(agent);
  return principal;
}

TEST(Rights, AChangeIsToldUpAndDown) {
  Rights rights;
  const SteadyTime now{};
  EXPECT_FALSE(rights.is_news(who({"dev"})));
  EXPECT_TRUE(rights.see(who({"dev"}), now).empty());
  EXPECT_TRUE(rights.see(who({"dev"}), now).empty());
  EXPECT_EQ(rights.is_news(who({"admins", "dev"})), kRightsChanged);
  const auto up = rights.see(who({"dev", "admins"}), now);
  ASSERT_EQ(up.size(), 1U);
  EXPECT_EQ(up[0].reason, kRightsChanged);
  EXPECT_EQ(up[0].before, R"({"groups":["dev"],"scopes":[]})");
  EXPECT_EQ(up[0].after, R"({"groups":["admins","dev"],"scopes":[]})");
  EXPECT_FALSE(rights.is_news(who({"admins", "dev", "dev"})));  // the order says nothing
  EXPECT_EQ(rights.see(who({}), now).size(), 1U);
}

TEST(Rights, AScopeCountsAndAnotherUserDoesNot) {
  Rights rights;
  core::Principal first = who({"dev"});
  static_cast<void>(rights.see(first, {}));
  core::Principal other = who({"admins"});
  other.user = "bob";
  EXPECT_TRUE(rights.see(other, {}).empty());
  other = who({"admins"});
  other.issuer = "https://idp.example";  // another ana
  EXPECT_TRUE(rights.see(other, {}).empty());
  first.scopes = {"admin"};
  EXPECT_EQ(rights.see(first, {}).size(), 1U);
}

TEST(Rights, AnAgentIsNewOnce) {
  Rights rights;
  EXPECT_TRUE(rights.see(who({}, "bot"), {}).empty());
  EXPECT_TRUE(rights.see(who({}, "bot"), {}).empty());
  EXPECT_EQ(rights.is_news(who({}, "owl")), kNewDelegation);
  const auto news = rights.see(who({}, "owl"), {});
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].detail, "agent `owl` acts for user `ana` for the first time");
  EXPECT_FALSE(rights.is_news(who({}, "owl")));
  EXPECT_TRUE(rights.see(who({}), {}).empty());
}

TEST(Rights, TurnsAreNoFlood) {
  Rights rights;
  SteadyTime now{};
  static_cast<void>(rights.see(who({"a"}), now));
  size_t told = 0;
  for (int i = 0; i < 100; ++i) told += rights.see(who({i % 2 == 0 ? "b" : "a"}), now).size();
  EXPECT_EQ(told, 6U);
  EXPECT_FALSE(rights.refused_delegation(who({"a"}, "bot"), "x.y", now));
  now += std::chrono::minutes(11);
  EXPECT_EQ(rights.see(who({"b"}), now).size(), 1U);
  EXPECT_TRUE(rights.refused_delegation(who({"b"}, "bot"), "x.y", now));
}

TEST(Rights, ARestartHidesNothing) {
  const auto store = std::make_shared<Memory>();
  {
    Rights before(store);
    ASSERT_TRUE(before.recall());
    static_cast<void>(before.see(who({"dev"}, "bot"), {}));
  }
  Rights after(store);
  ASSERT_TRUE(after.recall());
  EXPECT_TRUE(after.see(who({"dev"}, "bot"), {}).empty());
  EXPECT_EQ(after.see(who({"admins"}, "owl"), {}).size(), 2U);
  Rights later(store);
  ASSERT_TRUE(later.recall());
  EXPECT_EQ(later.see(who({}, "owl"), {}).size(), 1U);  // all of them gone
}

}  // namespace
}  // namespace doorward::policy
