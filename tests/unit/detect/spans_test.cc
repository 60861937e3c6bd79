// A finding points at the bytes that a person would blame: spans.jsonl says which those are. Of
// what is more than a hint, nothing may point elsewhere, and something has to point there.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "detect/inspector.h"
#include "wire/json.h"

namespace doorward::detect {
namespace {

// Not many more bytes than are to blame: a rule may need some of the words around them.
bool points_at(Span span, Span blame) {
  const size_t size = span.to - span.from;
  return span.from < blame.to && blame.from < span.to && size <= 2 * (blame.to - blame.from) + 32;
}

TEST(Spans, PointAtWhatIsToBlame) {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/unit/detect/spans.jsonl");
  size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const auto parsed = wire::JsonDocument::parse(line);
    ASSERT_TRUE(parsed) << line;
    const wire::JsonValue one = parsed->root();
    Question question{.text = one["text"].text()};
    ASSERT_TRUE(channel_from(one["channel"].text(), question.channel)) << line;
    if (one["role"]) {
      ASSERT_TRUE(role_from(one["role"].text(), question.role)) << line;
    }
    const size_t at = question.text.find(one["blame"].text());
    ASSERT_NE(at, std::string_view::npos) << line;
    const Span blame{at, at + one["blame"].text().size()};
    bool found = false;
    for (const Finding& finding : inspect(question).findings) {
      if (finding.certainty == Certainty::weak) continue;
      const bool right = points_at(finding.span, blame);
      found = found || (right && kind_text(finding.kind) == one["kind"].text());
      // What is sure for itself stands for itself; what only adds to a judgement may stand beside.
      EXPECT_TRUE(right || finding.certainty != Certainty::certain)
          << finding.rule << " [" << finding.span.from << "," << finding.span.to << "] in " << line;
    }
    EXPECT_TRUE(found) << line;
  }
  EXPECT_GT(count, 35u);
}

}  // namespace
}  // namespace doorward::detect
