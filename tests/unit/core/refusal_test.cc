#include <gmock/gmock.h>

#include "fakes.h"

namespace doorward::core {
namespace {

using wire::JsonDocument;

const std::string kCall =
    R"({"jsonrpc":"2.0","id":"c\"1","method":"tools/call","params":{"name":"t"}})";

JsonDocument json(std::string_view text) {
  auto parsed = JsonDocument::parse(std::string(text));
  EXPECT_TRUE(parsed) << text;
  return std::move(*parsed);
}

TEST(DecisionJson, SaysVerdictReasonRequirementAndIndex) {
  EXPECT_EQ(decision_json({deny("misuse.arguments", "R3.2", "no"), 17}),
            R"({"verdict":"deny","reason":"misuse.arguments","requirement":"R3.2","id":17})");
  EXPECT_EQ(decision_json({hold("privilege.approval"), std::nullopt}),
            R"({"verdict":"hold","reason":"privilege.approval","requirement":"R1.5"})");
}

TEST(DecisionJson, SaysWhenToRetryAndWhomToAsk) {
  Verdict verdict = hold("privilege.approval");
  verdict.retry_after = std::chrono::seconds(30);
  verdict.approval = ApprovalFacts{"a\"1", "http://x/approvals/1", "2026-01-01T00:00:00Z"};
  const auto document = json(decision_json({verdict, 3}));
  const auto root = document.root();
  EXPECT_EQ(root["retryAfter"].integer(), 30);
  EXPECT_EQ(root["approval"]["id"].text(), "a\"1");
  EXPECT_EQ(root["approval"]["url"].text(), "http://x/approvals/1");
  EXPECT_EQ(root["approval"]["expires"].text(), "2026-01-01T00:00:00Z");
}

TEST(DecisionJson, KeepsTheLogsDetailToItself) {
  Verdict verdict = deny("misuse.arguments", "R3.2", "no");
  verdict.detail = "/home/ana/.ssh";
  verdict.text = "not here either";
  EXPECT_EQ(decision_json({verdict, 1}).find("ssh"), std::string::npos);
  EXPECT_EQ(decision_json({verdict, 1}).find("either"), std::string::npos);
}

TEST(Refuse, AToolsCallGetsAResultWithAnError) {
  Asked asked(kCall);
  const Pipeline pipeline({});
  const Cleared made = pipeline.refuse(&asked.message, {deny("misuse.x", "R3.2", "say \"x\""), 9});
  const auto document = json(made.body());
  const auto root = document.root();
  EXPECT_EQ(root["id"].raw(), R"("c\"1")");
  EXPECT_EQ(root["result"]["isError"].boolean(), true);
  for (const auto item : root["result"]["content"].items())
    EXPECT_EQ(item["text"].text(), "say \"x\"");
  EXPECT_EQ(root["result"]["content"].size(), 1u);
  EXPECT_EQ(root["result"]["_meta"]["io.doorward/decision"]["id"].integer(), 9);
  EXPECT_FALSE(root["error"]);
}

TEST(Refuse, AnyOtherRequestGetsAJsonRpcErrorWithTheSameDecision) {
  Asked asked;
  const Pipeline pipeline({});
  const Cleared made = pipeline.refuse(&asked.message, {deny("misuse.x", "R3.2", "no"), 9});
  const auto document = json(made.body());
  const auto root = document.root();
  EXPECT_EQ(root["id"].integer(), 7);
  EXPECT_EQ(root["error"]["code"].integer(), -31403);
  EXPECT_EQ(root["error"]["message"].text(), "no");
  EXPECT_EQ(root["error"]["data"]["reason"].text(), "misuse.x");
  EXPECT_FALSE(root["result"]);
}

TEST(Refuse, WithoutARequestTheIdIsNull) {
  const Pipeline pipeline({});
  const Cleared made = pipeline.refuse(nullptr, {deny("identity.x", "R4.1", "no"), std::nullopt});
  const auto document = json(made.body());
  EXPECT_TRUE(document.root()["id"].is_null());
  EXPECT_EQ(document.root()["error"]["code"].integer(), -31403);
}

TEST(Refuse, AProtocolFaultIsAnErrorEvenOnAToolsCall) {
  Asked asked(kCall);
  const Pipeline pipeline({});
  for (const auto& [answer, code] :
       std::vector<std::pair<Answer, int>>{{Answer::parse_error, -32700},
                                           {Answer::invalid_request, -32600},
                                           {Answer::unknown_method, -32601},
                                           {Answer::invalid_params, -32602},
                                           {Answer::header_mismatch, -32020},
                                           {Answer::revision, -32022}}) {
    const Cleared made =
        pipeline.refuse(&asked.message, {deny("transport.x", "R5.4", "no", answer), 1});
    const auto document = json(made.body());
    EXPECT_EQ(document.root()["error"]["code"].integer(), code);
  }
}

// The codes and statuses of INTERFACE, "What a client sees when it is refused".
TEST(Refuse, EveryAnswerHasItsCodeAndStatus) {
  struct Row {
    Answer answer;
    int code, status;
  };
  for (const Row& row : std::vector<Row>{{Answer::denied, -31403, 200},
                                         {Answer::held, -31409, 200},
                                         {Answer::too_large, -31413, 200},
                                         {Answer::limited, -31429, 200},
                                         {Answer::bad_upstream, -31502, 200},
                                         {Answer::unavailable, -31503, 200},
                                         {Answer::deadline, -31504, 200},
                                         {Answer::unauthenticated, -31401, 401},
                                         {Answer::scope, -31403, 403},
                                         {Answer::origin, -31403, 403},
                                         {Answer::not_found, -31404, 404},
                                         {Answer::parse_error, -32700, 400},
                                         {Answer::invalid_request, -32600, 400},
                                         {Answer::unknown_method, -32601, 200},
                                         {Answer::invalid_params, -32602, 200},
                                         {Answer::header_mismatch, -32020, 400},
                                         {Answer::revision, -32022, 400},
                                         {Answer::body_too_large, -31413, 413}}) {
    EXPECT_EQ(rpc_code(row.answer), row.code);
    EXPECT_EQ(http_status(row.answer), row.status);
  }
}

TEST(Words, OfStagesAreasEffectsAndEndings) {
  EXPECT_EQ(stage_text(Stage::accept), "accept");
  EXPECT_EQ(stage_text(Stage::client_reply), "client_reply");
  EXPECT_EQ(area_text(Area::injection), "injection");
  EXPECT_EQ(area_text(Area::rogue), "rogue");
  EXPECT_EQ(effect_text(Effect::hold), "hold");
  EXPECT_EQ(effect_text(Effect::need), "need");
  EXPECT_EQ(ending_text(Ending::answered), "answered");
  EXPECT_EQ(ending_text(Ending::cancelled), "cancelled");
}

TEST(Stages, AreSetsOfWhatTheyWereMadeOf) {
  constexpr Stages some = stages(Stage::accept, Stage::client_reply);
  EXPECT_TRUE(contains(some, Stage::accept));
  EXPECT_TRUE(contains(some, Stage::client_reply));
  EXPECT_FALSE(contains(some, Stage::request));
  EXPECT_FALSE(contains(stages(), Stage::accept));
}

TEST(Principal, UserAndAgentMakeTheKey) {
  const Principal ana{.user = "ana"}, by_bot{.user = "ana", .agent = "bot"};
  EXPECT_NE(ana.key(), by_bot.key());
  Principal other = ana;
  other.groups = {"admin"};
  other.credential = "token:x";
  EXPECT_EQ(ana.key(), other.key());  // groups come and go; the key stays
}

}  // namespace
}  // namespace doorward::core
