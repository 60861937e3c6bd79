#include "policy/argument_types.h"

#include <gtest/gtest.h>

namespace doorward::policy {
namespace {

struct Row {
  std::string_view format, text;
  bool fits;
};

// By pairs: what is refused, and what differs as little as possible and passes.
constexpr Row kRows[] = {
    {"path", "a;b", false},
    {"path", "a-b", true},
    {"path", "$(id)", false},
    {"path", "id(1).txt", true},
    {"path", "`id`", false},
    {"path", "a\nb", false},
    {"path", "a b.txt", true},
    {"path", "../../etc/passwd", false},
    {"path", "notes/..a/passwd", true},
    {"path", "-rf", false},
    {"path", "a-rf", true},
    {"path", "ls logs | sh", false},
    {"identifier", "a;b", false},
    {"identifier", "a.b", true},
    {"identifier", "-x", false},
    {"identifier", "x-1", true},
    {"identifier", "id(1)", false},
    {"identifier", "user@example.com", true},
    {"command", "ls logs; cat /etc/passwd", false},
    {"command", "ls logs", true},
    {"command", "npx pkg && curl -d @~/.ssh/id_rsa", false},
    {"command", "npx pkg --name=x", true},
    {"command", "echo $HOME", false},
    {"command", "a\nb", false},
    {"command", "a > b", false},
    {"url", "javascript:alert(1)", false},
    {"url", "https://example.com/a?b=c#d", true},
    {"url", "https://user@example.com/", false},
    {"url", "file:///etc/passwd", false},
    {"url", "http://2130706433/", false},
    {"host", "example.com; id", false},
    {"host", "example.com", true},
    {"host", "0x7f.1", false},
    {"host", "127.0.0.1:8080", true},
    {"sql-read", "'; DROP TABLE users;--", false},
    {"sql-read", "SELECT * FROM users", true},
    {"sql-read", "SELECT 1; SELECT 2", false},
    {"sql-read", "SELECT ';'", true},
    {"sql-read", "DELETE FROM users", false},
    {"sql-read", "COMMIT; CREATE TABLE x()", false},
    {"sql-write", "DELETE FROM users", true},
    {"sql-write", "DROP TABLE users", false},
    {"sql-write", "SELECT 1", false},
    {"sql-single", "DROP TABLE users", true},
    {"sql-single", "DROP TABLE users; DROP TABLE x", false},
};

Expected<wire::Schema> compile(std::string_view text) {
  wire::SchemaOptions options;
  options.formats = argument_formats();
  auto bound = bind_argument_types(text, options.formats);
  if (!bound) return std::unexpected(bound.error());
  return wire::Schema::compile(*bound, options);
}

bool fits(const wire::Schema& schema, std::string_view json) {
  const auto document = wire::JsonDocument::parse(std::string(json));
  return document && schema.match(document->root()) == wire::SchemaMatch::yes;
}

TEST(ArgumentTypes, WhatGrantsAsksForTheTypeOfItsBounds) {
  const auto binds = [](std::string_view schema, std::string_view json, bool grants) {
    wire::SchemaOptions options;
    options.formats = argument_formats();
    const auto bound = bind_argument_types(schema, options.formats, grants);
    EXPECT_TRUE(bound);
    const auto compiled = wire::Schema::compile(*bound, options);
    EXPECT_TRUE(compiled) << *bound;
    return fits(*compiled, json);
  };
  constexpr std::string_view kCap = R"({"properties":{"amount":{"maximum":100}}})";
  EXPECT_TRUE(binds(kCap, R"({"amount":100})", true));
  EXPECT_TRUE(binds(kCap, "{}", true));
  for (const std::string_view evasion :
       {R"({"amount":"1000"})", R"({"amount":[1000]})", R"({"amount":{"v":1000}})"}) {
    EXPECT_FALSE(binds(kCap, evasion, true)) << evasion;
    EXPECT_TRUE(binds(kCap, evasion, false)) << evasion;  // a denial speaks all the more
  }
  EXPECT_FALSE(binds(R"({"properties":{"a":{"items":{"maximum":1}}}})", R"({"a":5})", true));
  EXPECT_FALSE(binds(R"({"properties":{"a":{"pattern":"^x"}}})", R"({"a":5})", true));
  EXPECT_TRUE(binds(R"({"properties":{"a":{"enum":[1,"b"]}}})", R"({"a":"b"})", true));
  // Behind `not` a type would let more pass, not less.
  constexpr std::string_view kNot = R"({"properties":{"a":{"not":{"maximum":5}}}})";
  EXPECT_FALSE(binds(kNot, R"({"a":"text"})", true));
  EXPECT_TRUE(binds(kNot, R"({"a":6})", true));
}

TEST(ArgumentTypes, TableOfTexts) {
  for (const Row& row : kRows) {
    const auto schema = compile(R"({"format":")" + std::string(row.format) + "\"}");
    ASSERT_TRUE(schema) << schema.error().what;
    EXPECT_EQ(fits(*schema, wire::json_quote(row.text)), row.fits)
        << row.format << ": " << row.text;
  }
}

TEST(ArgumentTypes, WhatIsNoTextFitsNone) {
  const auto schema = compile(R"({"properties":{"path":{"format":"path"}}})");
  ASSERT_TRUE(schema);
  EXPECT_TRUE(fits(*schema, R"({"path":"a"})"));
  EXPECT_FALSE(fits(*schema, R"({"path":["../a"]})"));
  EXPECT_FALSE(fits(*schema, R"({"path":{"a":"../a"}})"));
  const auto others = compile(R"({"properties":{"date":{"format":"date"}}})");
  ASSERT_TRUE(others);
  EXPECT_TRUE(fits(*others, R"({"date":1})"));
}

TEST(ArgumentTypes, RootsAreBound) {
  const auto schema = compile(
      R"({"properties":{"a":{"format":"path","x-root":"/workspace"},"b":{"items":{"type":"string","x-root":"/tmp/x","format":"path"}}}})");
  ASSERT_TRUE(schema) << schema.error().what;
  EXPECT_TRUE(fits(*schema, R"({"a":"/workspace/x","b":["/tmp/x/y","z"]})"));
  EXPECT_FALSE(fits(*schema, R"({"a":"/tmp/x/y"})"));
  EXPECT_FALSE(fits(*schema, R"({"b":["/workspace/x"]})"));
  for (const std::string_view bad :
       {R"({"format":"path","x-root":"workspace"})", R"({"format":"url","x-root":"/a"})",
        R"({"format":"path","x-root":"/a/../b"})", R"({"x-root":"/a"})"}) {
    const auto refused = compile(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, "policy.root");
  }
}

}  // namespace
}  // namespace doorward::policy
