#include <gtest/gtest.h>

#include "detect/known_secrets.h"

namespace doorward::detect {
namespace {

using std::chrono::hours;

Secret<std::string> secret(std::string text) {
  return Secret<std::string>(std::move(text));
}

TEST(LivingSecrets, AreFoundWhereverTheyStand) {
  LivingSecrets living;
  const SteadyTime now{};
  EXPECT_TRUE(living.empty());
  living.add(secret("opaque-token-of-a-server-1"), now, now + hours(1));
  living.add(secret("opaque-token-of-a-server-2"), now, now + hours(1));
  living.add(secret("too-short"), now, now + hours(1));
  EXPECT_EQ(living.size(), 2U);
  const std::string text = "x opaque-token-of-a-server-2opaque-token-of-a-server-1";
  const auto places = living.find(text);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(text.substr(places[0].from, places[0].to - places[0].from),
            "opaque-token-of-a-server-2");
  EXPECT_EQ(places[1].to, text.size());
  EXPECT_TRUE(living.find("opaque-token-of-a-server-3").empty());
  EXPECT_TRUE(living.find("paque-token-of-a-server-1").empty());
}

TEST(LivingSecrets, TheSameOneIsKeptOnce) {
  LivingSecrets living;
  const SteadyTime now{};
  for (int i = 0; i < 5; ++i)
    living.add(secret("opaque-token-of-a-server"), now + hours(i), now + hours(i + 1));
  EXPECT_EQ(living.size(), 1U);
}

TEST(LivingSecrets, AreAmongTheHeldInEveryView) {
  const auto living = std::make_shared<LivingSecrets>();
  const HeldSecrets held({}, living);
  EXPECT_TRUE(held.empty());
  const SteadyTime now{};
  living->add(secret("opaque-token-of-a-server"), now, now + hours(1));
  EXPECT_FALSE(held.empty());
  for (const std::string_view text :
       {"is opaque-token-of-a-server", "aXMgb3BhcXVlLXRva2VuLW9mLWEtc2VydmVyIGhlcmU="}) {
    std::vector<Finding> found;
    held.find(text, found);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_EQ(found.front().rule, "secret.held");
  }
}

}  // namespace
}  // namespace doorward::detect
