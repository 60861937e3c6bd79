#include "net/session/to_sessions.h"

#include <gmock/gmock.h>

namespace doorward::net {
namespace {

wire::Message message(std::string text) {
  auto parsed = wire::Message::parse(std::move(text));
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().what);
  return std::move(*parsed);
}
wire::Message call(std::string_view params) {
  return message(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" +
                 std::string(params) + "}");
}
std::string stripped(std::string_view params) {
  const wire::Message request = call(params);
  std::vector<wire::Edit> edits;
  strip_stateless(request, edits);
  const wire::Message after = message(edited(request, std::move(edits)));
  return std::string(after.params().raw());
}

TEST(StripStateless, TakesOutWhatOnlyTheNewerEraKnows) {
  const std::string own =
      R"("io.modelcontextprotocol/protocolVersion":"x","io.modelcontextprotocol/clientCapabilities":{})";
  EXPECT_EQ(stripped(R"({"name":"a","_meta":{)" + own + R"(,"progressToken":5}})"),
            R"({"name":"a","_meta":{"progressToken":5}})");
  EXPECT_EQ(stripped(R"({"name":"a","_meta":{"progressToken":5,)" + own + "}}"),
            R"({"name":"a","_meta":{"progressToken":5}})");
  EXPECT_EQ(stripped(R"({"_meta":{)" + own + R"(},"name":"a"})"), R"({"name":"a"})");
  EXPECT_EQ(stripped(R"({"_meta":{)" + own + "}}"), "{}");
  EXPECT_EQ(stripped(R"({"requestState":"s","name":"a","inputResponses":{"q":{}}})"),
            R"({"name":"a"})");
  EXPECT_EQ(stripped(R"({"name":"a","_meta":{"x":1}})"), R"({"name":"a","_meta":{"x":1}})");
}

TEST(SessionCapabilities, HaveOneSpellingForOneMeaning) {
  const auto of = [](std::string_view given) {
    return session_capabilities(
        call(R"({"name":"a","_meta":{"io.modelcontextprotocol/clientCapabilities":)" +
             std::string(given) + "}}"));
  };
  EXPECT_EQ(of("{}"), "{}");
  EXPECT_EQ(of(R"({"elicitation":{}})"), of(R"({"elicitation":{"form":{"x":1}}})"));
  EXPECT_EQ(of(R"({"elicitation":{"url":{}}})"), R"({"elicitation":{"url":{}}})");
  EXPECT_EQ(of(R"({"sampling":{"tools":{}},"roots":{"listChanged":true},"extensions":{"a":{}}})"),
            R"({"roots":{},"sampling":{"tools":{}}})");
  const ClientCapabilities declared = declared_in(of(R"({"roots":{}})"));
  EXPECT_TRUE(declared.roots);
  EXPECT_FALSE(declared.sampling || declared.elicitation);
}

std::string replied(std::string_view reply, std::string_view method = "tools/call") {
  const wire::Message request =
      message(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) +
              R"(","params":{"name":"a","uri":"b"}})");
  const auto text = stateless_reply(message(std::string(reply)), request);
  return text ? *text : text.error().code;
}

TEST(StatelessReply, SaysThatItIsComplete) {
  EXPECT_EQ(replied(R"({"jsonrpc":"2.0","id":1,"result":{"content":[]}})"),
            R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}})");
  EXPECT_EQ(replied(R"({"jsonrpc":"2.0","id":1,"result":{}})"),
            R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete"}})");
  EXPECT_EQ(replied(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})", "tools/list"),
            R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":0,)"
            R"("cacheScope":"private","tools":[]}})");
}

TEST(StatelessReply, OfAnotherKindIsNone) {
  EXPECT_EQ(replied(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"}})"),
            "upstream.answer");
  EXPECT_EQ(replied(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":7}})"), "upstream.answer");
}

TEST(StatelessReply, KeepsOutOfTheReservedCodes) {
  const auto code = [](std::string_view was) {
    const wire::Message made = message(replied(
        R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::string(was) + R"(,"message":"m"}})",
        "resources/read"));
    return made.error()["code"].integer().value_or(0);
  };
  EXPECT_EQ(code("-32002"), -32602);
  EXPECT_EQ(code("-32042"), -32603);  // names no page
  EXPECT_EQ(code("-32021"), -32603);
  EXPECT_EQ(code("-32099"), -32603);
  EXPECT_EQ(code("-32601"), -32601);
  EXPECT_EQ(code("-32000"), -32000);
  EXPECT_EQ(code("12"), 12);
}

TEST(StatelessReply, AsksToVisitPages) {
  const wire::Message made = message(replied(
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"m","data":{"elicitations":[)"
      R"({"mode":"url","elicitationId":"e","url":"https://x.example/a","message":"Sign in"}]}}})"));
  EXPECT_EQ(made.result()["resultType"].text(), "input_required");
  EXPECT_EQ(made.result()["requestState"].text(), kAgain);
  const wire::JsonValue page = made.result()["inputRequests"]["page-1"];
  EXPECT_EQ(page["method"].text(), "elicitation/create");
  EXPECT_EQ(page["params"]["mode"].text(), "url");
  EXPECT_EQ(page["params"]["url"].text(), "https://x.example/a");
}

TEST(InputRequired, CarriesTheQuestionAsItWasJudged) {
  const wire::Message question =
      message(R"({"params":{"message":"Who?","requestedSchema":{"type":"object","properties":{}}},)"
              R"("id":3,"method":"elicitation/create","jsonrpc":"2.0"})");
  const wire::Message made = message(input_required(question, "7", "q\"1", "state"));
  EXPECT_EQ(made.id().raw(), "7");
  EXPECT_EQ(made.result()["requestState"].text(), "state");
  const wire::JsonValue asked = made.result()["inputRequests"]["q\"1"];
  EXPECT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked["method"].text(), "elicitation/create");
  EXPECT_EQ(asked["params"].raw(), question.params().raw());
}

TEST(Tagged, NamesItsSubscriptionWhateverItSaidBefore) {
  const auto of = [](std::string_view text) {
    const wire::Message made = message(tagged(message(std::string(text)), "9"));
    return std::string(made.params()["_meta"].raw());
  };
  const std::string tag = R"({"io.modelcontextprotocol/subscriptionId":9})";
  EXPECT_EQ(of(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})"), tag);
  EXPECT_EQ(of(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{}})"),
            tag);
  EXPECT_EQ(
      of(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{}}})"),
      tag);
  EXPECT_EQ(of(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":)"
               R"({"_meta":{"io.modelcontextprotocol/subscriptionId":"of another"}}})"),
            tag);
}

TEST(Subscription, ServersSayWhetherTheyTellOfChanges) {
  const auto announces = [](std::string_view capabilities) {
    const auto document = wire::JsonDocument::parse(std::string(capabilities));
    return announces_changes(document->root());
  };
  EXPECT_TRUE(announces(R"({"tools":{"listChanged":true}})"));
  EXPECT_TRUE(announces(R"({"prompts":{"listChanged":true}})"));
  EXPECT_TRUE(announces(R"({"resources":{"listChanged":true}})"));
  EXPECT_TRUE(announces(R"({"resources":{"subscribe":true}})"));
  EXPECT_FALSE(
      announces(R"({"tools":{},"prompts":{"listChanged":false},"resources":{"subscribe":1}})"));
  EXPECT_FALSE(announces("{}"));
}

TEST(Subscription, TakesWhatWasAskedForAndIsOffered) {
  const wire::Message listen = message(
      R"({"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":)"
      R"({"toolsListChanged":true,"promptsListChanged":true,"resourceSubscriptions":["a:b",7]}}})");
  const auto offers = wire::JsonDocument::parse(
      R"({"tools":{"listChanged":true},"prompts":{},"resources":{"subscribe":true}})");
  const Subscription accepted = subscription_of(listen, offers->root());
  EXPECT_TRUE(accepted.tools);
  EXPECT_FALSE(accepted.prompts || accepted.resources);
  EXPECT_THAT(accepted.uris, testing::ElementsAre("a:b"));
  const wire::Message made = message(acknowledgement(accepted, "1"));
  EXPECT_EQ(made.params()["notifications"].raw(),
            R"({"toolsListChanged":true,"resourceSubscriptions":["a:b"]})");
  EXPECT_TRUE(accepted.takes(message(
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b"}})")));
  EXPECT_FALSE(accepted.takes(message(
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:c"}})")));
}

TEST(WantsLog, FromTheLevelThatTheRequestStates) {
  const auto wants = [](std::string_view meta, std::string_view level) {
    return wants_log(
        call(R"({"name":"a","_meta":)" + std::string(meta) + "}"),
        message(R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":")" +
                std::string(level) + R"(","data":1}})"));
  };
  const std::string warning = R"({"io.modelcontextprotocol/logLevel":"warning"})";
  EXPECT_TRUE(wants(warning, "warning"));
  EXPECT_TRUE(wants(warning, "emergency"));
  EXPECT_FALSE(wants(warning, "info"));
  EXPECT_FALSE(wants("{}", "emergency"));
  EXPECT_FALSE(wants(R"({"io.modelcontextprotocol/logLevel":"loud"})", "emergency"));
}

}  // namespace
}  // namespace doorward::net
