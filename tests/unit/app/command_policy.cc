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
  EXPECT_EQ(set.classes.from, ToolClasses::From::configuration);
  EXPECT_EQ(set.effect, policy::Effect::deny);
  EXPECT_EQ(set.reason, policy::Reason::no_rule);
  EXPECT_EQ(word_of(set, "readers").miss, policy::Miss::classes);
  const PolicyAnswer guessed = judge({.user = "ana", .groups = {"dev"}, .tool = "files.list_dir"});
  EXPECT_EQ(guessed.classes.from, ToolClasses::From::guess);
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

TEST_F(PolicyCommandTest, TheLockFileGoesBeforeTheGuess) {
  catalog::LockFile lock;
  const auto pin = [](std::string_view name, core::ClassSet classes, bool is_signed) {
    catalog::Pin made;
    const auto text =
        wire::JsonDocument::parse("{\"name\":" + wire::json_quote(name) + ",\"inputSchema\":{}}");
    made.definition = *catalog::definition_of(catalog::DefinitionKind::tool, text->root());
    made.classes = classes;
    if (is_signed) made.approved.push_back({"ana", "2026-11-26T10:00:00Z"});
    return made;
  };
  using core::ToolClass;
  lock.put("files", pin("list_dir", {ToolClass::read, ToolClass::egress}, true));
  lock.put("files", pin("stat", {ToolClass::read}, false));
  lock.put("files", pin("read_file", {ToolClass::read}, true));
  const auto ask = [&](std::string_view tool) {
    return *judge_call(config_, rules_,
                       {.user = "ana", .groups = {"dev"}, .tool = "files." + std::string(tool)},
                       &lock);
  };
  EXPECT_EQ(ask("list_dir").classes.from, ToolClasses::From::signed_pin);
  EXPECT_EQ(ask("list_dir").effect, policy::Effect::deny);
  EXPECT_EQ(ask("stat").classes.from, ToolClasses::From::seen_pin);
  EXPECT_EQ(ask("stat").effect, policy::Effect::allow);
  EXPECT_NE(ask("stat").text().find("rogue.unpinned"), std::string::npos);
  // The configuration's word still goes first.
  EXPECT_EQ(ask("read_file").classes.from, ToolClasses::From::configuration);
  EXPECT_EQ(ask("read_file").text().find("rogue.unpinned"), std::string::npos);
}

TEST_F(PolicyCommandTest, WhatChangesRightsIsHeldWhateverARuleAllows) {
  auto config = parse_config(R"(version: 1
servers: { crm: { url: "https://crm.example/mcp", tools: { grant: { classes: [write, identity] } } } }
policy: { rules: [{ id: all, effect: allow, classes: [read, write, identity] }] }
)",
                             "f.yaml", "/folder");
  ASSERT_TRUE(config) << config.error().what;
  const auto rules = compile_rules(*config);
  const auto answer = judge_call(*config, *rules, {.user = "ana", .tool = "crm.grant"});
  EXPECT_EQ(answer->effect, policy::Effect::hold);
  EXPECT_TRUE(answer->second_person);
  EXPECT_EQ(answer->rule, "all");
  EXPECT_NE(answer->json().find("privilege.escalation_hold"), std::string::npos);
  EXPECT_EQ(judge_call(*config, *rules, {.user = "ana", .tool = "crm.get_note"})->effect,
            policy::Effect::allow);
}

TEST_F(PolicyCommandTest, HoursAndEnvironments) {
  auto config = parse_config(R"(version: 1
servers:
  live: { url: "https://live.example/mcp", environment: production }
  trial: { url: "https://trial.example/mcp", environment: staging }
policy:
  rules:
    - id: office
      effect: allow
      environments: [production]
      times: [{ days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", zone: Europe/Berlin }]
    - { id: trial, effect: allow, environments: [staging] }
)",
                             "f.yaml", "/folder");
  ASSERT_TRUE(config) << config.error().what;
  const auto rules = compile_rules(*config);
  ASSERT_TRUE(rules) << rules.error().what;
  const auto ask = [&](std::string_view tool, std::string_view at) {
    return *judge_call(*config, *rules,
                       {.user = "ana", .tool = std::string(tool), .at = parse_rfc3339(at)});
  };
  EXPECT_EQ(ask("live.get_note", "2026-11-26T07:30:00Z").rule, "office");
  const PolicyAnswer late = ask("live.get_note", "2026-11-26T17:00:00Z");
  EXPECT_EQ(late.reason, policy::Reason::outside_time);
  EXPECT_EQ(word_of(late, "office").miss, policy::Miss::time);
  EXPECT_EQ(word_of(late, "trial").miss, policy::Miss::environment);
  EXPECT_EQ(word_of(late, "trial").why, "it is for servers of the environments `staging`");
  EXPECT_EQ(ask("live.get_note", "2026-11-28T10:00:00Z").effect, policy::Effect::deny);
  EXPECT_EQ(ask("trial.get_note", "2026-11-28T03:00:00Z").rule, "trial");
  EXPECT_EQ(ask("nowhere.get_note", "2026-11-26T09:00:00Z").reason, policy::Reason::no_rule);
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
