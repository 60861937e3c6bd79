#include "detect/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "detect/rules.h"

namespace doorward::detect {
namespace {

TEST(Reach, IsThatOfTheLongestMatchAndWhatATriggerMayLookAt) {
  const size_t beyond = reach_of_pattern("a") - 1;
  EXPECT_EQ(reach_of_pattern("abc{0,20}"), 22 + beyond);
  // Rows of one kind count up to a bound …
  EXPECT_EQ(reach_of_pattern("etc[/\\\\]+passwd"), 9 + 1 + kRun + beyond);
  EXPECT_EQ(reach_of_pattern("\\s*[a-z]{8,}"), kRun + 8 + kRun + beyond);
  // … and other rows are read as a whole.
  EXPECT_EQ(reach_of_pattern("(\\s\\w)*x"), kNoReach);
  EXPECT_EQ(reach_of_pattern("BEGIN[\\s\\S]{24,}?END"), kNoReach);
  EXPECT_EQ(reach_of_pattern("a.*b"), kNoReach);
  EXPECT_EQ(reach_of_pattern("[^-]{20,}"), kNoReach);
  EXPECT_EQ(reach_of_pattern("[a*]{1,3}\\*"), 4 + beyond);
}

TEST(Reach, LongRowsAreReadThrough) {
  const std::string text = "one two " + std::string(5000, '/') + " three four";
  const size_t behind = text.size() - 10;  // in `three`
  const LongRows rows(text);
  EXPECT_EQ(rows.begin_before(behind, 6, 0), behind - 6);
  EXPECT_LT(rows.begin_before(behind, kRun + 6, 0), 8U);
  EXPECT_EQ(rows.begin_before(behind, kRun + 6, 7), 7U);
  EXPECT_EQ(rows.begin_before(behind, kNoReach, 3), 3U);
  EXPECT_EQ(rows.end_behind(2, 4, text.size()), 6U);
  EXPECT_GT(rows.end_behind(2, kRun + 9, text.size()), 5008U);
  EXPECT_EQ(rows.end_behind(2, kRun + 9, 100), 100U);
  EXPECT_EQ(rows.end_behind(2, kNoReach, 100), text.size());
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// The surroundings of triggers are all that is read: a match without one inside would be missed.
TEST(Reach, WhatAPatternMatchesHoldsItsTrigger) {
  std::vector<std::string> texts;
  for (const char* const folder : {"/tests/unit/detect", "/tests/areas/injection"})
    for (const auto& file :
         std::filesystem::directory_iterator(DOORWARD_SOURCE_DIR + std::string(folder)))
      if (file.path().extension() == ".jsonl")
        for (auto& line : lines_of(file.path())) texts.push_back(std::move(line));
  ASSERT_GT(texts.size(), 400U);
  size_t matches = 0;
  for (const auto rules :
       {instruction_rules(), guise_rules(), language_rules(), definition_rules(), sql_rules(),
        command_rules(), markup_rules(), code_rules(), path_rules(), pii_number_rules()})
    for (const Rule& rule : rules) {
      if (rule.trigger == nullptr || rule.every) continue;
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_case_sensitive(rule.exact_case);
      options.set_dot_nl(true);
      const re2::RE2 pattern(rule.pattern, options);
      const re2::RE2 trigger(rule.trigger, options);
      ASSERT_TRUE(pattern.ok() && trigger.ok()) << rule.id;
      for (const std::string& text : texts) {
        re2::StringPiece match;
        if (!pattern.Match(text, 0, text.size(), re2::RE2::UNANCHORED, &match, 1)) continue;
        ++matches;
        const auto from = static_cast<size_t>(match.data() - text.data());
        EXPECT_TRUE(trigger.Match(text, from - std::min<size_t>(from, 4),
                                  std::min(text.size(), from + match.size() + 4),
                                  re2::RE2::UNANCHORED, nullptr, 0))
            << rule.id << " in " << match;
      }
    }
  EXPECT_GT(matches, 300U);
}

}  // namespace
}  // namespace doorward::detect
