#include <gtest/gtest.h>

#include "wire/http.h"

namespace doorward::wire {
namespace {

TEST(HttpMedia, MediaType) {
  EXPECT_EQ(media_type("application/json"), "application/json");
  EXPECT_EQ(media_type(" Application/JSON ; charset=utf-8"), "application/json");
  EXPECT_EQ(media_type("text/event-stream;x"), "text/event-stream");
  EXPECT_EQ(media_type(""), "");
  EXPECT_EQ(media_type(";application/json"), "");
}

TEST(HttpMedia, Accepts) {
  const struct {
    const char* accept;
    bool json;
  } cases[] = {
      {"application/json", true},
      {"application/json, text/event-stream", true},
      {"text/event-stream , APPLICATION/json", true},
      {"*/*", true},
      {"application/*", true},
      {"application/json;q=0.001", true},
      {"application/json; charset=utf-8; q=1.000", true},
      {"text/html;x=\"a,b;q=0\", application/json", true},
      {"application/json;q=0.1, */*;q=0", true},
      {"", false},
      {"text/event-stream", false},
      {"text/*", false},
      {"application/jsonp", false},
      {"application/json-seq", false},
      {"/*", false},
      {"application/json;q=0", false},
      {"application/json;q=0.000", false},
      {"application/json ; Q=0", false},
      {"application/json;q=", false},
      {"application/json;q=x", false},
      {"application/json;q=1.1", false},
      {"application/json;q=0, */*", false},
      {"*/*, application/json;q=0", false},
      {"application/*;q=0, */*", false},
      {"\"application/json", false},
  };
  for (const auto& one : cases)
    EXPECT_EQ(accepts(one.accept, "application/json"), one.json) << one.accept;
}

TEST(HttpMedia, EqualsIgnoringCase) {
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  // Only letters have two cases: `@` and `` ` ``, `[` and `{` differ by the same bit.
  EXPECT_FALSE(equals_ignoring_case("@[", "`{"));
  EXPECT_FALSE(equals_ignoring_case("\xC4", "\xE4"));
}

}  // namespace
}  // namespace doorward::wire
