// What a server may tell its client about.
#include "net/session/concerns.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

wire::Message message(std::string text) {
  auto parsed = wire::Message::parse(std::move(text));
  EXPECT_TRUE(parsed.has_value()) << parsed.error().what;
  return std::move(*parsed);
}
wire::Message told(std::string_view method, std::string_view params) {
  return message(R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
                 std::string(params) + "}");
}
wire::Message asked(std::string_view method, std::string_view params) {
  return message(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + R"(","params":)" +
                 std::string(params) + "}");
}
wire::Message answered(std::string_view member) {
  return message(R"({"jsonrpc":"2.0","id":1,)" + std::string(member) + "}");
}

TEST(Concerns, AResourceThatWasSubscribedTo) {
  Concerns concerns;
  const auto updated = told("notifications/resources/updated", R"({"uri":"note://a"})");
  EXPECT_FALSE(concerns.admit(updated));
  concerns.requested(asked("resources/subscribe", R"({"uri":"note://a"})"));
  EXPECT_TRUE(concerns.admit(updated));
  EXPECT_TRUE(concerns.admit(told("notifications/resources/updated", R"({"uri":"note://a/b"})")));
  EXPECT_FALSE(concerns.admit(told("notifications/resources/updated", R"({"uri":"note://b"})")));
  EXPECT_FALSE(concerns.admit(told("notifications/resources/updated", "{}")));
  concerns.answered(asked("resources/unsubscribe", R"({"uri":"note://a"})"),
                    answered(R"("result":{})"));
  EXPECT_FALSE(concerns.admit(updated));
}

TEST(Concerns, APageThatTheClientWasSentTo) {
  Concerns concerns;
  const auto complete = told("notifications/elicitation/complete", R"({"elicitationId":"e1"})");
  EXPECT_FALSE(concerns.admit(complete));
  concerns.asked(asked("elicitation/create",
                       R"({"mode":"url","url":"https://x.example","elicitationId":"e1"})"));
  EXPECT_TRUE(concerns.admit(complete));
  concerns.answered(
      asked("tools/call", R"({"name":"go"})"),
      answered(
          R"("error":{"code":-32042,"message":"","data":{"elicitations":[{"elicitationId":"e2"}]}})"));
  EXPECT_TRUE(
      concerns.admit(told("notifications/elicitation/complete", R"({"elicitationId":"e2"})")));
}

TEST(Concerns, ATaskThatTheClientStarted) {
  Concerns concerns;
  const auto status = told("notifications/tasks/status", R"({"taskId":"t","status":"working"})");
  EXPECT_FALSE(concerns.admit(status));
  concerns.answered(asked("tools/call", R"({"name":"go"})"),
                    answered(R"("result":{"task":{"taskId":"t"}})"));
  EXPECT_TRUE(concerns.admit(status));
}

TEST(Concerns, ALogMessageOfALevelThatThereIs) {
  const Concerns concerns;
  EXPECT_TRUE(concerns.admit(told("notifications/message", R"({"level":"info","data":1})")));
  EXPECT_FALSE(concerns.admit(told("notifications/message", R"({"level":"loud","data":1})")));
}

TEST(Concerns, ListsAreAlwaysAConcern) {
  const Concerns concerns;
  EXPECT_TRUE(
      concerns.admit(message(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})")));
}

}  // namespace
}  // namespace doorward::net
