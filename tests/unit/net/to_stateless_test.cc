#include "net/session/to_stateless.h"

#include <gmock/gmock.h>

namespace doorward::net {
namespace {

wire::Message message(std::string text) {
  auto parsed = wire::Message::parse(std::move(text));
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().what);
  return std::move(*parsed);
}

StatelessClient client() {
  return {.capabilities = R"({"roots":{}})", .info = "", .level = ""};
}
const std::string kMeta = R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                          R"("io.modelcontextprotocol/clientCapabilities":{"roots":{}})";

std::string added(std::string_view text) {
  const wire::Message request = message(std::string(text));
  std::vector<wire::Edit> edits;
  add_stateless(request, client(), edits);
  return std::string(message(edited(request, std::move(edits))).params().raw());
}

TEST(AddStateless, SaysWhatEveryRequestOfTheEraSays) {
  EXPECT_EQ(added(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})"),
            R"({"_meta":{)" + kMeta + "}}");
  EXPECT_EQ(added(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})"),
            R"({"_meta":{)" + kMeta + "}}");
  EXPECT_EQ(added(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"c"}})"),
            R"({"_meta":{)" + kMeta + R"(},"cursor":"c"})");
  EXPECT_EQ(
      added(
          R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":4}}})"),
      R"({"_meta":{)" + kMeta + R"(,"progressToken":4}})");
}

TEST(AddStateless, ReplacesWhatTheClientSaidUnderTheseNames) {
  const std::string forged = R"("io.modelcontextprotocol/clientCapabilities":{"sampling":{}})";
  EXPECT_EQ(added(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)" + forged +
                  "}}}"),
            R"({"_meta":{)" + kMeta + "}}");
  EXPECT_EQ(added(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)" + forged +
                  R"(,"x":1}}})"),
            R"({"_meta":{)" + kMeta + R"(,"x":1}})");
}

TEST(StatelessClient, IsWhatInitializeSaid) {
  const StatelessClient made = stateless_client(message(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",)"
      R"("capabilities":{"sampling":{},"roots":{"listChanged":true},"tasks":{}},)"
      R"("clientInfo":{"name":"c","version":"1"}}})"));
  EXPECT_EQ(made.capabilities, R"({"sampling":{},"roots":{}})");
  EXPECT_EQ(made.info, R"({"name":"c","version":"1"})");
}

TEST(InitializeResult, IsWhatTheServerSaysOfItself) {
  const auto found = wire::JsonDocument::parse(
      R"({"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":)"
      R"({"tools":{"listChanged":true},"extensions":{"a":{}}},"instructions":"be kind",)"
      R"("_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"2"}}})");
  EXPECT_EQ(initialize_result("2025-06-18", found->root(), "files"),
            R"({"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true}},)"
            R"("serverInfo":{"name":"s","version":"2"},"instructions":"be kind"})");
  const auto bare = wire::JsonDocument::parse(R"({"capabilities":{}})");
  EXPECT_EQ(initialize_result("2024-11-05", bare->root(), "files"),
            R"({"protocolVersion":"2024-11-05","capabilities":{},)"
            R"("serverInfo":{"name":"files","version":"0"}})");
}

TEST(SessionMessage, LosesWhatOnlyTheNewerEraKnows) {
  EXPECT_EQ(session_message(message(R"({"jsonrpc":"2.0","id":9,"result":{"resultType":"complete",)"
                                    R"("tools":[],"ttlMs":1,"cacheScope":"public"}})"),
                            "4"),
            R"({"jsonrpc":"2.0","id":4,"result":{"tools":[]}})");
  EXPECT_EQ(session_message(message(R"({"jsonrpc":"2.0","method":"notifications/progress",)"
                                    R"("params":{"progressToken":9,"progress":1}})"),
                            "4"),
            R"({"jsonrpc":"2.0","method":"notifications/progress",)"
            R"("params":{"progressToken":4,"progress":1}})");
  EXPECT_EQ(
      session_message(
          message(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed",)"
                  R"("params":{"_meta":{"io.modelcontextprotocol/subscriptionId":9}}})"),
          "4"),
      R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{}}})");
}

TEST(Questions, BecomeRequests) {
  const auto made = questions(
      message(R"({"jsonrpc":"2.0","id":9,"result":{"resultType":"input_required","inputRequests":)"
              R"({"a\"b":{"method":"elicitation/create","params":{"message":"m"}},)"
              R"("r":{"method":"roots/list"}}}})"),
      "p");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2u);
  EXPECT_EQ((*made)[0].key, R"("a\"b")");
  EXPECT_EQ(
      (*made)[0].text,
      R"({"jsonrpc":"2.0","id":"p-0","method":"elicitation/create","params":{"message":"m"}})");
  EXPECT_EQ((*made)[1].text, R"({"jsonrpc":"2.0","id":"p-1","method":"roots/list"})");
}

TEST(Questions, OfAHostileServerAreNone) {
  const auto code = [](std::string_view asked) {
    const auto made = questions(
        message(
            R"({"jsonrpc":"2.0","id":9,"result":{"resultType":"input_required","inputRequests":)" +
            std::string(asked) + "}}"),
        "p");
    return made ? std::to_string(made->size()) : made.error().code;
  };
  EXPECT_EQ(code("[]"), "upstream.answer");
  EXPECT_EQ(code(R"({"a":{"method":"tools/call","params":{}}})"), "upstream.answer");
  EXPECT_EQ(code(R"({"a":{"method":"notifications/cancelled"}})"), "upstream.answer");
  EXPECT_EQ(code(R"({"a":7})"), "upstream.answer");
  std::string many = "{";
  for (int i = 0; i < 17; ++i)
    many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"method":"roots/list"})";
  EXPECT_EQ(code(many + "}"), "upstream.answer");
  EXPECT_EQ(code("{}"), "0");
}

TEST(AnsweredRequest, IsTheCallWithItsAnswersUnderANewId) {
  const wire::Message base = message(
      R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"a","arguments":{"id":5},)"
      R"("_meta":{"progressToken":5}}})");
  EXPECT_EQ(answered_request(base, "8", R"("q":{"action":"accept"})", R"("s\u0041")"),
            R"({"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"inputResponses":{"q":)"
            R"({"action":"accept"}},"requestState":"s\u0041","name":"a","arguments":{"id":5},)"
            R"("_meta":{"progressToken":8}}})");
  EXPECT_EQ(answered_request(base, "8", "", ""),
            R"({"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"a",)"
            R"("arguments":{"id":5},"_meta":{"progressToken":8}}})");
}

TEST(ListenRequest, AsksForWhatTheServerOffers) {
  const auto offers = wire::JsonDocument::parse(R"({"tools":{"listChanged":true},"prompts":{}})");
  const wire::Message made = message(listen_request("3", client(), offers->root(), {"a:\"b"}));
  EXPECT_EQ(made.params()["notifications"].raw(),
            R"({"toolsListChanged":true,"resourceSubscriptions":["a:\"b"]})");
}

}  // namespace
}  // namespace doorward::net
