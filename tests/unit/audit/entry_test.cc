#include "audit/entry.h"

#include <gtest/gtest.h>

#include "wire/json.h"

namespace doorward::audit {
namespace {

using wire::JsonDocument;

TEST(Entry, HasEveryFieldOfADecision) {
  Entry entry;
  entry.kind = Kind::decision;
  entry.time = *parse_rfc3339("2026-11-24T02:10:00.5Z");
  entry.call = "c1";
  entry.principal = "ana";
  entry.actor = "agent-7";
  entry.server = "mail";
  entry.tool = "send_mail";
  entry.definition = "ab12";
  entry.classes = {"egress", "write"};
  entry.arguments = R"({"to":"[redacted]"})";
  entry.arguments_hash = "cd34";
  entry.verdict = "deny";
  entry.reason = "secrets.argument_leak";
  entry.requirement = "R7.3";
  entry.policy = "v12";
  entry.result_bytes = 0;
  entry.latency = std::chrono::microseconds(812);
  entry.limits = {{"calls_per_minute", 58, 60}};
  const auto json = JsonDocument::parse(encode(entry));
  ASSERT_TRUE(json.has_value()) << json.error().what;
  const auto root = json->root();
  EXPECT_EQ(root["time"].text(), "2026-11-24T02:10:00.500000Z");
  EXPECT_EQ(root["kind"].text(), "decision");
  EXPECT_EQ(root["arguments"].text(), R"({"to":"[redacted]"})");
  EXPECT_EQ(root["classes"].size(), 2U);
  EXPECT_EQ(root["latency_us"].integer(), 812);
  EXPECT_EQ(root["result_bytes"].integer(), 0);
  EXPECT_EQ((*root["limits"].items().begin())["used"].integer(), 58);
  EXPECT_FALSE(root["result_hash"]);
  EXPECT_FALSE(root["truncated"]);
}

// R8.7: whatever stands in a field stays inside that field, on one line.
TEST(Entry, NothingBreaksOutOfAField) {
  const std::string evil =
      "x\r\n{\"seq\":9}\x1b[31m\",\"verdict\":\"pass\",\"y\":\"\u202e\u2028\u0085\x7f\xff";
  Entry entry;
  for (auto field : {&Entry::call, &Entry::principal, &Entry::tool, &Entry::arguments,
                     &Entry::detail, &Entry::after, &Entry::outcome})
    entry.*field = evil;
  entry.classes = {evil};
  entry.limits = {{evil, 1, 2}};
  entry.verdict = "deny";
  const std::string line = encode(entry);
  for (const char letter : line) EXPECT_GE(static_cast<unsigned char>(letter), 0x20);
  EXPECT_EQ(line.find("\u202e"), std::string::npos);
  EXPECT_EQ(line.find("\u2028"), std::string::npos);
  const auto json = JsonDocument::parse(line);
  ASSERT_TRUE(json.has_value()) << json.error().what;
  EXPECT_EQ(json->root()["verdict"].text(), "deny");
  EXPECT_FALSE(json->root()["seq"]);
  EXPECT_TRUE(json->root()["tool"].text().starts_with("x\r\n{"));
}

TEST(Entry, SaysWhatItCut) {
  const std::string name(300, 'n');
  const std::string arguments(9000, 'a');
  Entry entry;
  entry.tool = name;
  entry.arguments = arguments;
  entry.classes.assign(20, "read");
  const auto json = JsonDocument::parse(encode(entry));
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->root()["tool"].text().size(), 256U);
  EXPECT_EQ(json->root()["arguments"].text().size(), 4096U);
  EXPECT_EQ(json->root()["truncated"]["tool"].integer(), 300);
  EXPECT_EQ(json->root()["truncated"]["arguments"].integer(), 9000);
  EXPECT_EQ(json->root()["truncated"]["classes"].integer(), 20);
}

TEST(Entry, FitsAnySizeAskedFor) {
  const std::string controls(5000, '\x01');  // six bytes each when escaped
  Entry entry;
  for (auto field :
       {&Entry::call,        &Entry::principal,  &Entry::actor,       &Entry::client,
        &Entry::task,        &Entry::trace,      &Entry::method,      &Entry::server,
        &Entry::tool,        &Entry::definition, &Entry::arguments,   &Entry::arguments_hash,
        &Entry::verdict,     &Entry::reason,     &Entry::requirement, &Entry::rule,
        &Entry::policy,      &Entry::detail,     &Entry::before,      &Entry::after,
        &Entry::result_hash, &Entry::outcome})
    entry.*field = controls;
  entry.classes.assign(40, controls);
  entry.observed.assign(40, controls);
  entry.limits.assign(40, {controls, UINT64_MAX, UINT64_MAX});
  for (const size_t most : {size_t{4096}, size_t{16 * 1024}, size_t{60 * 1024}}) {
    const std::string line = encode(entry, most);
    EXPECT_LE(line.size(), most);
    EXPECT_EQ(line.back(), '}');
  }
}

TEST(Entry, CutsAtAWholeCharacter) {
  std::string name(255, 'n');
  name += "\u00e9";  // bytes 255 and 256
  Entry entry;
  entry.tool = name;
  const auto json = JsonDocument::parse(encode(entry));
  ASSERT_TRUE(json.has_value()) << json.error().what;
  EXPECT_EQ(json->root()["tool"].text(), std::string(255, 'n'));
}

}  // namespace
}  // namespace doorward::audit
