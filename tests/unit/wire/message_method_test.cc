#include <gtest/gtest.h>

#include <set>
#include <string>

#include "wire/message.h"

namespace doorward::wire {
namespace {

constexpr auto kLast = static_cast<int>(Method::n_subscriptions_acknowledged);

TEST(Method, TextsGoBothWays) {
  std::set<std::string_view> texts;
  for (int i = 1; i <= kLast; ++i) {
    const auto method = static_cast<Method>(i);
    EXPECT_EQ(method_from(method_text(method)), method) << method_text(method);
    EXPECT_EQ(is_notification(method), method_text(method).starts_with("notifications/"))
        << method_text(method);
    texts.insert(method_text(method));
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(kLast));
}

TEST(Method, UnknownHasNoText) {
  EXPECT_EQ(method_text(Method::unknown), "");
  for (const char* text : {"", "tools", "tools/call ", "Tools/call", "tools/call/x",
                           "notifications/", "notifications/initialised"})
    EXPECT_EQ(method_from(text), Method::unknown) << text;
}

TEST(Method, KnowsWhoMaySend) {
  EXPECT_EQ(sender_of(Method::tools_call), Sender::client);
  EXPECT_EQ(sender_of(Method::initialize), Sender::client);
  EXPECT_EQ(sender_of(Method::n_initialized), Sender::client);
  EXPECT_EQ(sender_of(Method::n_roots_list_changed), Sender::client);
  EXPECT_EQ(sender_of(Method::sampling_create_message), Sender::server);
  EXPECT_EQ(sender_of(Method::elicitation_create), Sender::server);
  EXPECT_EQ(sender_of(Method::roots_list), Sender::server);
  EXPECT_EQ(sender_of(Method::n_message), Sender::server);
  EXPECT_EQ(sender_of(Method::n_tools_list_changed), Sender::server);
  EXPECT_EQ(sender_of(Method::ping), Sender::either);
  EXPECT_EQ(sender_of(Method::n_cancelled), Sender::either);
  EXPECT_EQ(sender_of(Method::n_progress), Sender::either);
  EXPECT_EQ(sender_of(Method::unknown), Sender::either);
}

TEST(MessageWrite, BuildsWhatParses) {
  EXPECT_EQ(make_error("7", -32600, "bad \"x\""),
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"bad \"x\""}})");
  EXPECT_EQ(make_error("", -32700, "m", R"({"a":1})"),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m","data":{"a":1}}})");
  EXPECT_EQ(make_result("\"a\"", "{}"), R"({"jsonrpc":"2.0","id":"a","result":{}})");
  EXPECT_EQ(make_request("1", Method::ping, ""), R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  EXPECT_EQ(make_request("1", Method::tools_list, R"({"cursor":"c"})"),
            R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"c"}})");
  EXPECT_EQ(make_notification(Method::n_initialized, ""),
            R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  EXPECT_EQ(make_notification(Method::n_progress, R"({"progressToken":1,"progress":2})"),
            R"({"jsonrpc":"2.0","method":"notifications/progress",)"
            R"("params":{"progressToken":1,"progress":2}})");
  for (const std::string& text :
       {make_error("7", -32600, "m"), make_error("", -1, "\n\xFF"), make_result("1", "{}"),
        make_request("1", Method::ping, "{}"), make_notification(Method::n_message, "{}")})
    EXPECT_TRUE(Message::parse(text)) << text;
}

TEST(Batch, SplitsToTheRawElements) {
  const auto messages = split_batch(R"( [ {"a" : 1} , 2 , "x" ] )");
  ASSERT_TRUE(messages);
  EXPECT_EQ(*messages, (std::vector<std::string>{R"({"a" : 1})", "2", R"("x")"}));
}

std::string batch_code(size_t count) {
  std::string text = "[";
  for (size_t i = 0; i < count; ++i) text += i == 0 ? "{}" : ",{}";
  const auto messages = split_batch(text + "]");
  return messages ? std::to_string(messages->size()) : messages.error().code;
}

TEST(Batch, HasItsLimits) {
  EXPECT_EQ(batch_code(0), "rpc.batch_empty");
  EXPECT_EQ(batch_code(1), "1");
  EXPECT_EQ(batch_code(100), "100");
  EXPECT_EQ(batch_code(101), "rpc.batch_size");
  EXPECT_EQ(split_batch("{}").error().code, "rpc.not_object");
  EXPECT_EQ(split_batch("[{]").error().code, "json.syntax");
  EXPECT_EQ(split_batch(R"([{"a":1,"a":2}])").error().code, "json.duplicate_name");
}

}  // namespace
}  // namespace doorward::wire
