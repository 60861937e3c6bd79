#include "policy/glob.h"

#include <gtest/gtest.h>

#include <random>

namespace doorward::policy {
namespace {

TEST(Glob, LiteralsMatchThemselvesOnly) {
  EXPECT_TRUE(Glob("shop.refund").matches("shop.refund"));
  EXPECT_FALSE(Glob("shop.refund").matches("shop.refund2"));
  EXPECT_FALSE(Glob("shop.refund").matches("shopxrefund"));
  EXPECT_FALSE(Glob("shop.refund").matches("Shop.refund"));
  EXPECT_TRUE(Glob("").matches(""));
  EXPECT_FALSE(Glob("").matches("a"));
}

TEST(Glob, AStarCrossesDotsAndSlashes) {
  EXPECT_TRUE(Glob("*").matches(""));
  EXPECT_TRUE(Glob("*").matches("a.b/c"));
  EXPECT_TRUE(Glob("files.*").matches("files.read.deep"));
  EXPECT_FALSE(Glob("files.*").matches("files2.read"));
  EXPECT_TRUE(Glob("*.read").matches("a.b.read"));
  EXPECT_FALSE(Glob("*.read").matches("a.read_all"));
  EXPECT_TRUE(Glob("a*b*c").matches("abc"));
  EXPECT_TRUE(Glob("a*b*c").matches("a-b-b-c"));
  EXPECT_FALSE(Glob("a*b*c").matches("ac"));
  EXPECT_TRUE(Glob("a**").matches("a"));
  EXPECT_FALSE(Glob("ab*ba").matches("aba"));  // prefix and suffix may not share a letter
}

TEST(Glob, NothingElseIsSpecial) {
  EXPECT_FALSE(Glob("a?c").matches("abc"));
  EXPECT_FALSE(Glob("[ab]").matches("a"));
  EXPECT_TRUE(Glob("a?[b]\\").matches("a?[b]\\"));
}

TEST(Glob, NamesAServerBeforeTheFirstStar) {
  EXPECT_TRUE(Glob("sh.*").names_server("sh"));
  EXPECT_TRUE(Glob("sh.run").names_server("sh"));
  EXPECT_FALSE(Glob("sh*").names_server("sh"));
  EXPECT_FALSE(Glob("*.run").names_server("sh"));
  EXPECT_FALSE(Glob("*").names_server("sh"));
  EXPECT_FALSE(Glob("shop.*").names_server("sh"));
  EXPECT_FALSE(Glob("s*.run").names_server("sh"));
}

bool naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*')
    return !text.empty() && pattern[0] == text[0] && naive(pattern.substr(1), text.substr(1));
  return naive(pattern.substr(1), text) || (!text.empty() && naive(pattern, text.substr(1)));
}

TEST(Glob, AgreesWithTheRecursiveReading) {
  std::mt19937 random(7);
  const auto word = [&](std::string_view letters, size_t most) {
    std::string out(random() % (most + 1), ' ');
    for (char& c : out) c = letters[random() % letters.size()];
    return out;
  };
  int matched = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string pattern = word("ab.**", 7);
    const std::string text = word("ab.", 9);
    matched += naive(pattern, text);
    ASSERT_EQ(Glob(pattern).matches(text), naive(pattern, text)) << pattern << " on " << text;
  }
  EXPECT_GT(matched, 1000);
}

TEST(Glob, ManyStarsStayLinear) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  EXPECT_FALSE(Glob(pattern + "*b").matches(std::string(100'000, 'a')));
  EXPECT_TRUE(Glob(pattern).matches(std::string(100'000, 'a')));
}

TEST(Glob, SurvivesBeingMoved) {
  Glob first("a*b");
  const Glob second = std::move(first);
  EXPECT_TRUE(second.matches("axb"));
}

}  // namespace
}  // namespace doorward::policy
