// What a value is: values.jsonl holds attacks of each family in forms that no list was copied for,
// and beside them honest values with the same signs.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "detect/inspector.h"
#include "detect/model.h"
#include "detect/rule.h"
#include "detect/score.h"
#include "wire/json.h"

namespace doorward::detect {
namespace {

TEST(Values, AreAttacksOrNot) {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/unit/detect/values.jsonl");
  size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const auto parsed = wire::JsonDocument::parse(line);
    ASSERT_TRUE(parsed) << line;
    const wire::JsonValue one = parsed->root();
    Question question{.text = one["text"].text()};
    ASSERT_TRUE(channel_from(one["channel"].text(), question.channel)) << line;
    ASSERT_TRUE(role_from(one["role"].text(), question.role)) << line;
    const Report report = inspect(question);
    const auto alarm = std::ranges::find_if(report.findings, [](const Finding& finding) {
      return finding.certainty != Certainty::weak && finding.kind != Kind::pii;
    });
    const bool found = alarm != report.findings.end();
    EXPECT_EQ(found, one["alarm"].raw() == "true")
        << line << "\nscore " << report.score << " " << (found ? alarm->rule : "");
  }
  EXPECT_GT(count, 120u);
}

// The model, and every next one, takes back less than a sure rule weighs.
TEST(Values, ASureRuleCarriesAlone) {
  const double label = Model::built_in().of(Channel::tool_arguments).label;
  EXPECT_GE(total_evidence(Channel::tool_arguments, kSure, -1000), label);
}

}  // namespace
}  // namespace doorward::detect
