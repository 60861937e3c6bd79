// Secrets by value: rotation and honeytokens.
#include "detect/known_secrets.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::detect {
namespace {

HeldSecrets::Value value(std::string text, std::string bait = {}) {
  return {Secret<std::string>(std::move(text)), std::move(bait)};
}

std::vector<HeldSecrets::Value> values(std::string text, std::string bait = {}) {
  std::vector<HeldSecrets::Value> all;
  all.push_back(value(std::move(text), std::move(bait)));
  return all;
}

std::string rule_of(const HeldSecrets& held, std::string_view text) {
  std::vector<Finding> findings;
  held.find(text, findings);
  return findings.empty() ? "" : std::string(findings.front().rule);
}

TEST(HeldSecrets, ARotatedOneCountsAndTheFormerOneStill) {
  HeldSecrets held(values("first-of-this-test"));
  EXPECT_EQ(rule_of(held, "x second-of-this-test"), "");
  held.renew(values("second-of-this-test"));
  EXPECT_EQ(rule_of(held, "x second-of-this-test"), "secret.held");
  EXPECT_EQ(rule_of(held, "x first-of-this-test"), "secret.held");
  EXPECT_EQ(rule_of(held, "x c2Vjb25kLW9mLXRoaXMtdGVzdA== y"), "secret.held");
  EXPECT_EQ(rule_of(held, "x third-of-this-test"), "");
}

TEST(HeldSecrets, KeepsTheLast32OfFormerOnes) {
  HeldSecrets held(values("token-number-0!"));
  for (int i = 1; i <= 40; ++i) held.renew(values("token-number-" + std::to_string(i) + "!"));
  EXPECT_EQ(rule_of(held, "token-number-7!"), "");
  EXPECT_EQ(rule_of(held, "token-number-8!"), "secret.held");
  EXPECT_EQ(rule_of(held, "token-number-39!"), "secret.held");
  EXPECT_EQ(rule_of(held, "token-number-40!"), "secret.held");
}

TEST(HeldSecrets, ShortOnesAreInAnyText) {
  HeldSecrets held(values("abc"));
  held.renew(values("de"));
  EXPECT_TRUE(held.empty());
  EXPECT_EQ(rule_of(held, "abcde"), "");
}

TEST(HeldSecrets, AHoneytokenIsToldAsOne) {
  HeldSecrets held(values("bait-of-this-test", "bait"));
  std::vector<std::string> told;
  held.tell_of_bait([&told](const std::string& name) { told.push_back(name); });
  EXPECT_EQ(rule_of(held, "send nothing"), "");
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(rule_of(held, "send bait-of-this-test"), "secret.canary");
  // Once, though a message is looked at several times.
  EXPECT_EQ(rule_of(held, "send bait-of-this-test"), "secret.canary");
  EXPECT_EQ(told, std::vector<std::string>{"bait"});
}

}  // namespace
}  // namespace doorward::detect
