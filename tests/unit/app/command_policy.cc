// What `doorward policy` says of a call, and how it reads and runs test cases.
#include <gtest/gtest.h>

#include "app/config/load.h"
#include "app/policy_cases.h"
#include "app/policy_explain.h"
#include "app/policy_rules.h"
#include "wire/json.h"

namespace doorward::app {
namespace {

constexpr std::string_view kConfig = R"(version: 1
servers:
  files:
    command: [node, index.js]
    tools: { read_file: { classes: [read, egress] } }
policy:
  rules:
    - { id: readers, effect: allow, principals: [{ group: dev }], tools: ["files.*"], classes: [read] }
    - { id: all, effect: allow, principals: [{ user: root }], classes: [read, write, egress] }
    - { id: scoped, effect: allow, principals: [{ group: dev, scope: mail }], tools: [mail.get_mail] }
    - { id: writes, effect: hold, principals: [{ user: root }], classes: [write], approvers: [{ group: leads }] }
    - { id: typed, effect: allow, principals: [{ group: shop }], tools: [shop.refund], arguments: { properties: { amount: { maximum: 100 } } } }
    - { id: never, effect: deny, tools: ["secret.*"] }
    - { id: prompts, effect: allow, prompts: ["*"] }
)";

class PolicyCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    auto config = parse_config(kConfig, "f.yaml", "/folder");
    ASSERT_TRUE(config) << config.error().what;
    config_ = std::move(*config);
    auto rules = compile_rules(config_);
    ASSERT_TRUE(rules) << rules.error().what;
    rules_ = std::move(*rules);
  }
  [[nodiscard]] PolicyAnswer judge(const PolicyCall& call) const {
    auto answer = judge_call(config_, rules_, call);
    EXPECT_TRUE(answer) << answer.error().what;
    return answer ? std::move(*answer) : PolicyAnswer{};
  }
  [[nodiscard]] static const RuleWord& word_of(const PolicyAnswer& answer, std::string_view id) {
    for (const RuleWord& each : answer.rules)
      if (each.id == id) return each;
    ADD_FAILURE() << "no rule " << id;
    return answer.rules.front();
  }

  Config config_;
  policy::Rules rules_;
};

TEST_F(PolicyCommandTest, TheOperatorsClassesGoBeforeTheGuess) {
  const PolicyAnswer set = judge({.user = "ana", .groups = {"dev"}, .tool = "files.read_file"});
  EXPECT_TRUE(set.classes.configured);
  EXPECT_EQ(set.effect, policy::Effect::deny);
  EXPECT_EQ(set.reason, policy::Reason::no_rule);
  EXPECT_EQ(word_of(set, "readers").miss, policy::Miss::classes);
  const PolicyAnswer guessed = judge({.user = "ana", .groups = {"dev"}, .tool = "files.list_dir"});
  EXPECT_FALSE(guessed.classes.configured);
  EXPECT_EQ(guessed.effect, policy::Effect::allow);
  EXPECT_EQ(guessed.rule, "readers");
}

TEST_F(PolicyCommandTest, EveryRuleSaysWhy) {
  const PolicyAnswer held = judge({.user = "root", .tool = "files.write_file"});
  EXPECT_EQ(held.effect, policy::Effect::hold);
  EXPECT_EQ(held.rule, "writes");
  EXPECT_EQ(held.approvers, std::vector<std::string>{"group `leads`"});
  ASSERT_EQ(held.rules.size(), 7U);
  for (const RuleWord& each : held.rules) EXPECT_NE(each.why, "") << each.id;
  EXPECT_EQ(word_of(held, "all").why, "it fits, but hold beats allow");
  EXPECT_EQ(word_of(held, "writes").why, "it decides");
  EXPECT_EQ(word_of(held, "prompts").miss, policy::Miss::kind);
  const std::string text = held.text();
  EXPECT_TRUE(text.starts_with("held by rule `writes` until group `leads` agrees\n")) << text;
}

TEST_F(PolicyCommandTest, AMissingScopeAndMissingArgumentsAreNamed) {
  const PolicyAnswer scope = judge({.user = "ana", .groups = {"dev"}, .tool = "mail.get_mail"});
  EXPECT_EQ(scope.reason, policy::Reason::scope_missing);
  EXPECT_EQ(scope.missing_scope, "mail");
  EXPECT_FALSE(scope.known_server);
  EXPECT_EQ(
      judge({.user = "ana", .groups = {"dev"}, .scopes = {"mail"}, .tool = "mail.get_mail"}).effect,
      policy::Effect::allow);
  const PolicyAnswer none = judge({.user = "eve", .groups = {"shop"}, .tool = "shop.refund"});
  EXPECT_EQ(none.reason, policy::Reason::arguments_refused);
  EXPECT_EQ(none.rule, "typed");
}

TEST_F(PolicyCommandTest, JsonIsJsonWhateverTheNames) {
  const PolicyAnswer answer = judge({.user = "a\"b", .tool = "secret.x\"\n\x1b"});
  EXPECT_EQ(answer.reason, policy::Reason::denied);
  const auto json = wire::JsonDocument::parse(answer.json());
  ASSERT_TRUE(json) << answer.json();
  EXPECT_EQ(json->root()["decision"].text(), "deny");
  EXPECT_EQ(json->root()["rule"].text(), "never");
  EXPECT_EQ(json->root()["tool"].text(), "x\"\n\x1b");
  EXPECT_EQ(answer.text().find('\x1b'), std::string::npos);
}

TEST_F(PolicyCommandTest, BadCallsAreRefused) {
  for (const char* tool : {"", "files", ".x", "files."})
    EXPECT_FALSE(judge_call(config_, rules_, {.user = "a", .tool = tool})) << tool;
  for (const char* arguments : {"[1]", "{", "{\"a\":1,\"a\":2}", "1"})
    EXPECT_FALSE(
        judge_call(config_, rules_, {.user = "a", .tool = "files.x", .arguments = arguments}))
        << arguments;
}

TEST_F(PolicyCommandTest, CasesPassAndFailByDecisionAndRule) {
  auto cases = parse_policy_cases(R"(cases:
  - principal: { user: ana, groups: [dev] }
    call: { tool: files.list_dir, arguments: { path: a, n: 1 } }
    expect: { decision: allow, rule: readers }
  - name: the wrong rule
    principal: { user: root }
    call: { tool: files.write_file }
    expect: { decision: hold, rule: readers }
  - principal: { user: root, scopes: [] }
    call: { tool: files.write_file }
    expect: { decision: allow }
)",
                                  "c.yaml");
  ASSERT_TRUE(cases) << cases.error().what;
  EXPECT_EQ((*cases)[0].call.arguments, R"({"path":"a","n":1})");
  const auto report = run_policy_cases(config_, rules_, std::move(*cases), "c.yaml");
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->failed(), 2U);
  EXPECT_TRUE(report->results[0].passed);
  EXPECT_NE(report->text().find("c.yaml:5: the wrong rule: `files.write_file` expected hold by "
                                "`readers`, got hold by `writes` (held)"),
            std::string::npos)
      << report->text();
  EXPECT_TRUE(report->text().ends_with("3 cases, 2 fail\n"));
  const auto json = wire::JsonDocument::parse(report->json());
  ASSERT_TRUE(json) << report->json();
  EXPECT_EQ(json->root()["failed"].integer(), 2);
}

TEST(PolicyCases, FaultsNameFileLineAndKey) {
  const struct {
    const char* yaml;
    const char* says;
  } kBad[] = {
      {"", "c.yaml:1: document"},
      {"cases: []", "c.yaml:1: cases: the list is empty"},
      {"cases:\n  - principal: { user: a }\n    call: { tool: x.y }\n", "`expect` is missing"},
      {"cases:\n  - principal: { user: a }\n    call: { tool: x }\n    expect: { decision: deny "
       "}\n",
       "c.yaml:3: cases[0].call.tool: expected `server.tool`"},
      {"cases:\n  - principal: { user: a }\n    call: { tool: x.y }\n    expect: { decision: no "
       "}\n",
       "c.yaml:4: cases[0].expect.decision"},
      {"cases:\n  - principal: { usr: a }\n    call: { tool: x.y }\n    expect: { decision: deny "
       "}\n",
       "did you mean `user`?"},
      {"case: []", "c.yaml:1"},
      {"cases: [", "c.yaml:1"},
  };
  for (const auto& bad : kBad) {
    const auto cases = parse_policy_cases(bad.yaml, "c.yaml");
    ASSERT_FALSE(cases) << bad.yaml;
    EXPECT_NE(cases.error().what.find(bad.says), std::string::npos) << cases.error().what;
    EXPECT_TRUE(cases.error().code.starts_with("config.")) << cases.error().code;
  }
}

}  // namespace
}  // namespace doorward::app
