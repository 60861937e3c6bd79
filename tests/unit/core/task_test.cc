#include "core/task.h"

#include <gmock/gmock.h>

#include "fakes.h"

namespace doorward::core {
namespace {

constexpr std::string_view kTrace = "0af7651916cd43dd8448eb211c80319c";

std::string call(std::string_view traceparent) {
  return R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"traceparent":")" +
         std::string(traceparent) + R"("}}})";
}

TEST(Task, IsTheSessionWhereThereIsOne) {
  Asked asked;
  const Principal ana{.user = "ana"}, bob{.user = "bob"};
  asked.exchange.principal = &ana;
  asked.exchange.session = "s1";
  const Task first = task_of(asked.exchange, {});
  EXPECT_FALSE(first.by_window);
  asked.exchange.session = "s2";
  EXPECT_NE(task_of(asked.exchange, {}).key, first.key);
  asked.exchange.session = "s1";
  asked.exchange.principal = &bob;
  EXPECT_NE(task_of(asked.exchange, {}).key, first.key);
}

TEST(Task, IsThePrincipalWithoutASession) {
  Asked asked;
  const Principal ana{.user = "ana"};
  asked.exchange.principal = &ana;
  const Task without = task_of(asked.exchange, {});
  EXPECT_TRUE(without.by_window);
  asked.exchange.session = "s1";
  EXPECT_EQ(task_of(asked.exchange, {.by = TaskBy::principal}).key, without.key);
}

TEST(Task, IsTheTraceWhereOneIsSent) {
  const Principal ana{.user = "ana"};
  const auto key = [&](std::string_view traceparent) {
    Asked asked(call(traceparent));
    asked.exchange.principal = &ana;
    asked.exchange.session = "s1";
    return task_of(asked.exchange, {.by = TaskBy::traceparent}).key;
  };
  const std::string trace(kTrace);
  EXPECT_EQ(key("00-" + trace + "-b7ad6b7169203331-01"),
            key("00-" + trace + "-00f067aa0ba902b7-00"));
  for (const std::string wrong :
       {"", "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"})
    EXPECT_EQ(key(wrong), key("none"));
  EXPECT_NE(key("none"), key("00-" + trace + "-b7ad6b7169203331-01"));
}

TEST(Task, IsNobodysWithoutAPrincipal) {
  Asked asked;
  EXPECT_EQ(task_of(asked.exchange, {}).key, "");
}

}  // namespace
}  // namespace doorward::core
