// Every rule that any finding names can be named in a configuration.
#include "detect/rule_names.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "detect/inspector.h"
#include "wire/json.h"

namespace doorward::detect {
namespace {

TEST(RuleNames, HoldWhatFindingsName) {
  size_t findings = 0;
  const auto look = [&](const Question& question) {
    for (const Finding& finding : inspect(question).findings) {
      ++findings;
      EXPECT_TRUE(is_rule(finding.rule)) << finding.rule;
      EXPECT_EQ(kind_text(kind_of_rule(finding.rule)), kind_text(finding.kind)) << finding.rule;
    }
  };
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/unit/detect/spans.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto parsed = wire::JsonDocument::parse(line);
    ASSERT_TRUE(parsed);
    const std::string_view text = parsed->root()["text"].text();
    Question question{.text = text};
    static_cast<void>(role_from(parsed->root()["role"].text(), question.role));
    for (const auto channel :
         {Channel::tool_definition, Channel::tool_arguments, Channel::tool_result}) {
      question.channel = channel;
      look(question);
    }
  }
  EXPECT_GT(findings, 100u);
  EXPECT_FALSE(is_rule("secret.no_such_rule"));
  EXPECT_FALSE(is_rule(""));
}

}  // namespace
}  // namespace doorward::detect
