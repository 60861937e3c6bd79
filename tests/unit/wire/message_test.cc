#include "wire/message.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

namespace doorward::wire {
namespace {

std::string code_of(std::string text) {
  const auto message = Message::parse(std::move(text));
  return message ? "accept" : message.error().code;
}

Message parsed(std::string text) {
  auto message = Message::parse(std::move(text));
  EXPECT_TRUE(message) << message.error().what;
  return std::move(*message);
}

TEST(Message, JudgesEachMessageOfTheTable) {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/unit/wire/message_cases.txt");
  ASSERT_TRUE(file);
  std::set<std::string> codes;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const size_t space = line.find(' ');
    ASSERT_NE(space, line.npos) << line;
    EXPECT_EQ(code_of(line.substr(space + 1)), line.substr(0, space)) << line;
    codes.insert(line.substr(0, space));
  }
  EXPECT_THAT(codes, testing::IsSupersetOf({"accept", "json.syntax", "json.duplicate_name",
                                            "rpc.not_object", "rpc.version", "rpc.envelope",
                                            "rpc.id", "rpc.method", "rpc.params", "rpc.shape",
                                            "rpc.error", "rpc.look_alike"}));
}

TEST(Message, ReadsARequest) {
  const Message m =
      parsed(R"({"jsonrpc":"2.0","id":"a-1","method":"tools/call","params":{"name":"files.read",)"
             R"("arguments":{"path":"x"},"_meta":{"progressToken":7,"traceparent":"00-x"}}})");
  EXPECT_EQ(m.kind(), MessageKind::request);
  EXPECT_TRUE(m.is_request());
  EXPECT_FALSE(m.is_notification());
  EXPECT_FALSE(m.is_reply());
  EXPECT_EQ(m.method(), Method::tools_call);
  EXPECT_EQ(m.method_name(), "tools/call");
  EXPECT_EQ(m.id().raw(), "\"a-1\"");
  EXPECT_EQ(m.target(), "files.read");
  EXPECT_EQ(m.arguments().raw(), R"({"path":"x"})");
  EXPECT_EQ(m.progress_token().raw(), "7");
  EXPECT_EQ(m.meta()["traceparent"].text(), "00-x");
  EXPECT_FALSE(m.result());
  EXPECT_FALSE(m.error());
}

TEST(Message, ReadsANotification) {
  const Message m =
      parsed(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})");
  EXPECT_EQ(m.kind(), MessageKind::notification);
  EXPECT_FALSE(m.id());
  EXPECT_EQ(m.method(), Method::n_cancelled);
  EXPECT_FALSE(m.meta());
  EXPECT_EQ(m.target(), "");
}

TEST(Message, ReadsReplies) {
  const Message good =
      parsed(R"({"jsonrpc":"2.0","id":12,"result":{"content":[],"_meta":{"k":1}}})");
  EXPECT_EQ(good.kind(), MessageKind::response);
  EXPECT_TRUE(good.is_reply());
  EXPECT_EQ(good.id().raw(), "12");
  EXPECT_EQ(good.meta().raw(), R"({"k":1})");
  EXPECT_EQ(good.method(), Method::unknown);
  EXPECT_EQ(good.method_name(), "");
  const Message bad = parsed(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}})");
  EXPECT_EQ(bad.kind(), MessageKind::error);
  EXPECT_EQ(bad.error()["code"].integer(), -32700);
  EXPECT_TRUE(bad.id().is_null());
}

TEST(Message, UnknownMethodsKeepTheirName) {
  const Message m = parsed(R"({"jsonrpc":"2.0","id":1,"method":"Tools/call","params":{}})");
  EXPECT_EQ(m.method(), Method::unknown) << "methods are exact";
  EXPECT_EQ(m.method_name(), "Tools/call");
}

TEST(Message, BytesStayAsTheyCame) {
  const std::string text =
      "  {\"jsonrpc\" : \"2.0\", \"id\":9007199254740993,\"method\":\"ping\" }\n";
  Message m = parsed(text);
  EXPECT_EQ(m.bytes(), text);
  const Message moved = std::move(m);
  EXPECT_EQ(moved.id().raw(), "9007199254740993");
  EXPECT_EQ(moved.bytes(), text);
  EXPECT_EQ(splice(moved.bytes(), {{moved.id().begin(), moved.id().end(), "\"gw-1\""}}),
            "  {\"jsonrpc\" : \"2.0\", \"id\":\"gw-1\",\"method\":\"ping\" }\n");
}

std::string target_of(std::string_view method, std::string_view params) {
  return std::string(parsed(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) +
                            R"(","params":)" + std::string(params) + "}")
                         .target());
}

TEST(Message, NamesItsTarget) {
  EXPECT_EQ(target_of("prompts/get", R"({"name":"p"})"), "p");
  EXPECT_EQ(target_of("resources/read", R"({"uri":"file:///a"})"), "file:///a");
  EXPECT_EQ(target_of("resources/subscribe", R"({"uri":"u"})"), "u");
  EXPECT_EQ(target_of("resources/unsubscribe", R"({"uri":"u"})"), "u");
  EXPECT_EQ(target_of("resources/list", R"({"uri":"u"})"), "");
  EXPECT_EQ(target_of("tasks/get", R"({"taskId":"t"})"), "t");
  EXPECT_EQ(target_of("tasks/cancel", R"({"taskId":"t"})"), "t");
  EXPECT_EQ(target_of("tools/list", R"({"name":"p"})"), "");
  EXPECT_EQ(target_of("tools/call", R"({"name":5})"), "");
  EXPECT_EQ(target_of("tools/call", R"({})"), "");
  // Which of the two counts, the type says: an upstream goes by it, too.
  EXPECT_EQ(target_of("completion/complete", R"({"ref":{"type":"ref/prompt","name":"p"}})"), "p");
  EXPECT_EQ(
      target_of("completion/complete", R"({"ref":{"type":"ref/resource","name":"p","uri":"u"}})"),
      "u");
  EXPECT_EQ(target_of("completion/complete", R"({"ref":{"name":"p"}})"), "");
}

std::string with_id(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})";
}

TEST(Message, IdsHaveALimit) {
  EXPECT_EQ(code_of(with_id("\"" + std::string(256, 'i') + "\"")), "accept");
  EXPECT_EQ(code_of(with_id("\"" + std::string(257, 'i') + "\"")), "rpc.id");
  EXPECT_EQ(code_of(with_id("\"" + std::string(254, 'i') + "é\"")), "accept");
  EXPECT_EQ(code_of(with_id("\"" + std::string(255, 'i') + "é\"")), "rpc.id") << "bytes count";
  EXPECT_EQ(code_of(with_id("-" + std::string(40, '9'))), "accept") << "byte exact, any size";
}

TEST(Message, ErrorsAreTheSendersAndQuoteNothing) {
  const auto refused = Message::parse(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"hunter2"}})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::client);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("`name`"));
  EXPECT_THAT(refused.error().what, testing::Not(testing::HasSubstr("hunter2")));
}

// Each known member of each method, in upper case, is refused; so the table reaches the check.
TEST(Message, EachMethodGuardsItsMembers) {
  const std::pair<Method, const char*> kMembers[] = {
      {Method::initialize, "PROTOCOLVERSION"},
      {Method::initialize, "ClientInfo"},
      {Method::tools_list, "Cursor"},
      {Method::tools_call, "Name"},
      {Method::tools_call, "arguments\u200B"},
      {Method::tools_call, "requeſtState"},
      {Method::tools_call, "inputreSponses"},
      {Method::tools_call, "TASK"},
      {Method::tools_call, "_Meta"},
      {Method::resources_read, "ＵＲＩ"},
      {Method::prompts_get, "Arguments"},
      {Method::completion_complete, "REF"},
      {Method::completion_complete, "Context"},
      {Method::logging_set_level, "Level"},
      {Method::subscriptions_listen, "Notifications"},
      {Method::tasks_get, "taskid"},
      {Method::tasks_update, "inputResponseS"},
      {Method::sampling_create_message, "Messages"},
      {Method::elicitation_create, "requestedSCHEMA"},
      {Method::roots_list, "_meta\u2060"},
      {Method::ping, "_META"},
  };
  for (const auto& [method, member] : kMembers) {
    const std::string text = make_request("1", method, R"({")" + std::string(member) + R"(":{}})");
    EXPECT_EQ(code_of(text), "rpc.look_alike") << text;
  }
}

}  // namespace
}  // namespace doorward::wire
