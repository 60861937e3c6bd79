// Which findings are a false alarm: of that rule, at that server and tool, until that moment.
#include "policy/suppressions.h"

#include <gtest/gtest.h>

namespace doorward::policy {
namespace {

using std::chrono::hours;

WallTime at(int64_t hour) {
  return WallTime(hours(hour));
}

TEST(Suppressions, CoverTheirRuleServerToolAndTime) {
  const Suppressions all({{"a.one", "files", "read", at(10)}, {"a.two", "files", "", at(20)}});
  EXPECT_TRUE(all.covers("a.one", "files", "read", at(9)));
  EXPECT_FALSE(all.covers("a.one", "files", "read", at(10)));
  EXPECT_FALSE(all.covers("a.one", "files", "write", at(9)));
  EXPECT_FALSE(all.covers("a.one", "files", "", at(9)));
  EXPECT_FALSE(all.covers("a.one", "mail", "read", at(9)));
  EXPECT_FALSE(all.covers("a.on", "files", "read", at(9)));
  EXPECT_TRUE(all.covers("a.two", "files", "anything", at(19)));
  EXPECT_FALSE(all.covers("a.two", "", "anything", at(19)));
  EXPECT_FALSE(Suppressions().covers("a.one", "files", "read", at(0)));
}

struct Looked {
  explicit Looked(std::string_view asked, std::string_view said, std::string_view server)
      : request(*wire::Message::parse(std::string(asked))),
        message(*wire::Message::parse(std::string(said))) {
    exchange.stage = core::Stage::response;
    exchange.request = &request;
    exchange.message = &message;
    exchange.server = server;
    exchange.now = at(1);
  }
  // Whether a finding of `a.one` in the text at `needle` is suppressed.
  bool covers(const KnownAlarms& all, std::string_view needle) {
    FalseAlarms alarms(all, exchange, notes, {"misuse.here", "misuse.said", core::Effect::deny});
    return alarms.covers("a.one", static_cast<uint32_t>(message.bytes().find(needle)));
  }
  wire::Message request, message;
  core::Exchange exchange;
  core::Notes notes;
};

KnownAlarms known(std::string server, std::string tool) {
  return std::make_shared<const Suppressions>(
      std::vector<Suppressed>{{"a.one", std::move(server), std::move(tool), at(10)}});
}

constexpr std::string_view kCall =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}})";
constexpr std::string_view kResult = R"({"jsonrpc":"2.0","id":1,"result":{"content":["hello"]}})";
constexpr std::string_view kList = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";

TEST(FalseAlarms, OfAResultAreThoseOfItsTool) {
  EXPECT_TRUE(Looked(kCall, kResult, "files").covers(known("files", "read"), "hello"));
  EXPECT_FALSE(Looked(kCall, kResult, "files").covers(known("files", "write"), "hello"));
  EXPECT_FALSE(Looked(kCall, kResult, "files").covers(nullptr, "hello"));
}

TEST(FalseAlarms, AreRecordedOnceAsWhatWouldHaveBeenSaid) {
  Looked looked(kCall, kResult, "files");
  const KnownAlarms all = known("files", "");
  FalseAlarms alarms(all, looked.exchange, looked.notes,
                     {"misuse.here", "misuse.said", core::Effect::deny});
  EXPECT_TRUE(alarms.covers("a.one"));
  EXPECT_TRUE(alarms.covers("a.one"));
  EXPECT_FALSE(alarms.covers("a.two"));
  ASSERT_EQ(looked.notes.observed.size(), 1u);
  EXPECT_EQ(looked.notes.observed[0].reason, "misuse.said");
}

TEST(FalseAlarms, OfAListAreThoseOfTheItemTheTextStandsIn) {
  constexpr std::string_view kTools =
      R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"read","description":"one"},)"
      R"({"name":"write","description":"two"}]}})";
  EXPECT_TRUE(Looked(kList, kTools, "files").covers(known("files", "read"), "\"one\""));
  EXPECT_FALSE(Looked(kList, kTools, "files").covers(known("files", "read"), "\"two\""));
  EXPECT_TRUE(Looked(kList, kTools, "files").covers(known("files", ""), "\"two\""));
  EXPECT_FALSE(Looked(kList, kTools, "mail").covers(known("files", ""), "\"two\""));
}

TEST(FalseAlarms, OfTheListOfAllServersAreThoseOfTheItemsServer) {
  constexpr std::string_view kTools =
      R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"files__read","description":"one"},)"
      R"({"name":"mail__read","description":"two"}]}})";
  EXPECT_TRUE(Looked(kList, kTools, "").covers(known("files", "read"), "\"one\""));
  EXPECT_FALSE(Looked(kList, kTools, "").covers(known("files", "read"), "\"two\""));
}

}  // namespace
}  // namespace doorward::policy
