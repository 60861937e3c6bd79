#include "wire/schema_pattern.h"

#include <gtest/gtest.h>

namespace {

using doorward::wire::SchemaPattern;

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = SchemaPattern::compile(pattern);
  EXPECT_TRUE(compiled) << pattern << ": " << (compiled ? "" : compiled.error().what);
  return compiled && compiled->matches(text);
}
bool refused(std::string_view pattern) {
  const auto compiled = SchemaPattern::compile(pattern);
  return !compiled && compiled.error().code == "schema.pattern" &&
         compiled.error().what.find("pattern \"") != std::string::npos;
}

TEST(SchemaPattern, IsUnanchoredAndMeansTheWholeTextByItsAnchors) {
  EXPECT_TRUE(matches("a+", "xxaayy"));
  EXPECT_FALSE(matches("^a$", "a\n"));
  EXPECT_FALSE(matches("^a$", "b\na\nc"));
}

TEST(SchemaPattern, ReadsEcmaScript) {
  EXPECT_TRUE(matches(R"(^\u0061\x62\/\cJ$)", "ab/\n"));
  EXPECT_TRUE(matches(R"(^\ud83d\udca9\u{1F4A9}$)", "💩💩"));
  EXPECT_TRUE(matches(R"(^\s$)", "\u00A0"));
  EXPECT_TRUE(matches(R"(^[\s]$)", "\uFEFF"));
  EXPECT_TRUE(matches(R"(^[^\S]$)", "\u2003"));
  EXPECT_FALSE(matches(R"(^\S$)", "\u3000"));
  EXPECT_TRUE(matches(R"(^[\S]$)", "\u3001"));
  EXPECT_FALSE(matches("^.$", "\u2028"));
  EXPECT_TRUE(matches("^[^]$", "\n"));
  EXPECT_FALSE(matches("[]", "x"));
  EXPECT_TRUE(matches("^(?<year>\\d{4})-{1}{$", "2026-{"));
  EXPECT_TRUE(matches("^[[:alpha:]]$", "a]"));
  EXPECT_TRUE(matches(R"(^\p{Letter}\p{Lu}\p{Script=Greek}$)", "éAα"));
  EXPECT_TRUE(matches(R"(^[\w-.]+[\b]$)", "a-.\b"));
  EXPECT_FALSE(matches(R"(^\w$)", "é"));
  EXPECT_TRUE(matches("^💩$", "💩"));
}

TEST(SchemaPattern, LookAheadsBehindTheLeadingAnchor) {
  const std::string_view mail =
      R"(^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$)";
  EXPECT_TRUE(matches(mail, "ana.silva@harbour.example"));
  EXPECT_FALSE(matches(mail, ".ana@harbour.example"));
  EXPECT_FALSE(matches(mail, "ana..silva@harbour.example"));
  EXPECT_FALSE(matches(mail, "ana"));
  EXPECT_TRUE(matches("^(?=.*[0-9])(?=.*[a-z]).{4,}$", "abc1"));
  EXPECT_FALSE(matches("^(?=.*[0-9])(?=.*[a-z]).{4,}$", "abcd"));
  EXPECT_TRUE(refused("^(?!a)b|c"));  // the look-ahead would hold for one choice only
  EXPECT_TRUE(refused("^(?=a)*b"));
}

TEST(SchemaPattern, RefusesWhatItCannotRun) {
  for (const std::string_view pattern : {"a(?=b)",
                                         "(?!a)",
                                         "^(?:(?!a)b)$",
                                         "(?<=a)b",
                                         "(?<!a)b",
                                         R"((a)\1)",
                                         R"((?<x>a)\k<x>)",
                                         "(",
                                         "[a",
                                         "a{1,5000}",
                                         R"(\Aa\z)",
                                         R"(\Qa\E)",
                                         "(?i)a",
                                         "(?P<x>a)",
                                         R"(\a)",
                                         R"(\ud83d)",
                                         R"(\u12)",
                                         R"(\p{Nonsense})",
                                         "*",
                                         "a\\"})
    EXPECT_TRUE(refused(pattern)) << pattern;
}

}  // namespace
