// The decision table of the rules, by hand.
#include "policy/rules.h"

#include <gmock/gmock.h>

#include <string>

namespace doorward::policy {
namespace {

using core::ClassSet;
using core::ToolClass;

// Schemas of the tests: `{"maximum":N}` bounds the member `amount`.
Expected<ArgumentMatcher> compile_maximum(std::string_view schema, Effect) {
  auto document = wire::JsonDocument::parse(std::string(schema));
  if (!document) return std::unexpected(document.error());
  const auto maximum = document->root()["maximum"].integer();
  if (!maximum) return failure("test", Fault::self, "no maximum");
  return [most = *maximum](wire::JsonValue arguments) {
    const auto amount = arguments["amount"].integer();
    if (!amount) return Match::undecided;
    return *amount <= most ? Match::yes : Match::no;
  };
}

Rules rules(std::vector<Rule> list) {
  auto compiled = Rules::compile(std::move(list), compile_maximum);
  EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().what);
  return *std::move(compiled);
}

using Names = std::vector<std::string>;
const Names kDev = {"dev"};
const Names kNone;

Subject dev() {
  return {"ana", "", kDev, kNone};
}
Subject nobody() {
  return {"bob", "", kNone, kNone};
}
Action tool(std::string_view server, std::string_view name, ClassSet classes = {ToolClass::read}) {
  Action action;
  action.server = server;
  action.name = name;
  action.classes = classes;
  return action;
}
std::vector<PrincipalSelector> group(const char* name) {
  return {{.group = name}};
}

TEST(Rules, NothingIsDeniedByDefault) {
  EXPECT_EQ(Rules().decide(dev(), tool("a", "b")).effect, Effect::deny);
  EXPECT_EQ(Rules().decide(dev(), tool("a", "b")).reason, Reason::no_rule);
}

TEST(Rules, AnAbsentSelectorRestrictsNothing) {
  const Rules all = rules({{.id = "r", .effect = Effect::allow}});
  EXPECT_EQ(all.decide(nobody(), tool("a", "b")).rule, "r");
  EXPECT_EQ(all.decide(nobody(), tool("a", "b")).effect, Effect::allow);
  Action prompt = tool("a", "b");
  prompt.kind = Kind::prompt;
  EXPECT_EQ(all.decide(nobody(), prompt).effect, Effect::allow);
  prompt.kind = Kind::resource;
  EXPECT_EQ(all.decide(nobody(), prompt).effect, Effect::allow);
}

TEST(Rules, APresentAndEmptySelectorFitsNothing) {
  EXPECT_EQ(
      rules({{.id = "r", .effect = Effect::allow, .principals = std::vector<PrincipalSelector>{}}})
          .decide(dev(), tool("a", "b"))
          .effect,
      Effect::deny);
  EXPECT_EQ(rules({{.id = "r", .effect = Effect::allow, .tools = Names{}}})
                .decide(dev(), tool("a", "b"))
                .effect,
            Effect::deny);
  EXPECT_EQ(
      rules({{.id = "r", .effect = Effect::allow, .principals = std::vector<PrincipalSelector>(1)}})
          .decide(dev(), tool("a", "b"))
          .effect,
      Effect::deny);
}

TEST(Rules, OnlyToolsCoversToolsOnly) {
  const Rules only = rules({{.id = "r", .effect = Effect::allow, .tools = Names{"*"}}});
  Action action = tool("a", "b");
  EXPECT_EQ(only.decide(dev(), action).effect, Effect::allow);
  action.kind = Kind::prompt;
  EXPECT_EQ(only.decide(dev(), action).effect, Effect::deny);
  action.kind = Kind::resource;
  EXPECT_EQ(only.decide(dev(), action).effect, Effect::deny);
}

TEST(Rules, ResourcesMatchNameOrUri) {
  const Rules both =
      rules({{.id = "r", .effect = Effect::allow, .resources = Names{"file:///docs/*", "a.note"}}});
  Action action = tool("a", "x");
  action.kind = Kind::resource;
  EXPECT_EQ(both.decide(dev(), action).effect, Effect::deny);
  action.uri = "file:///docs/a.md";
  EXPECT_EQ(both.decide(dev(), action).effect, Effect::allow);
  action.uri = "file:///etc/passwd";
  EXPECT_EQ(both.decide(dev(), action).effect, Effect::deny);
  action.name = "note";
  EXPECT_EQ(both.decide(dev(), action).effect, Effect::allow);
}

// All eight subsets of {allow, hold, deny}, in both orders.
TEST(Rules, DenyBeatsHoldBeatsAllow) {
  const std::vector<Rule> three = {{.id = "a", .effect = Effect::allow},
                                   {.id = "h", .effect = Effect::hold},
                                   {.id = "d", .effect = Effect::deny}};
  for (unsigned subset = 0; subset < 8; ++subset)
    for (const bool reversed : {false, true}) {
      std::vector<Rule> list;
      for (unsigned i = 0; i < 3; ++i)
        if (subset >> i & 1U) list.push_back(three[i]);
      if (reversed) std::reverse(list.begin(), list.end());
      const char* expected = subset & 4U ? "d" : subset & 2U ? "h" : subset & 1U ? "a" : "";
      EXPECT_EQ(rules(list).decide(dev(), tool("s", "t")).rule, expected) << subset;
    }
}

// Every set of classes a tool can have, against every set that a rule can list.
TEST(Rules, AllowNeedsAllClassesHoldAndDenyOne) {
  for (unsigned listed = 0; listed < 64; ++listed) {
    const auto set = ClassSet::from_bits(static_cast<uint8_t>(listed));
    const Rules allow =
        rules({{.id = "r", .effect = Effect::allow, .tools = Names{"s.*"}, .classes = set}});
    const Rules deny = rules(
        {{.id = "all", .effect = Effect::allow, .tools = Names{"s.*"}, .classes = ClassSet::all()},
         {.id = "r", .effect = Effect::deny, .classes = set}});
    for (unsigned bits = 1; bits < 64; ++bits) {
      const Action action = tool("s", "t", ClassSet::from_bits(static_cast<uint8_t>(bits)));
      EXPECT_EQ(allow.decide(dev(), action).effect == Effect::allow, (bits & ~listed) == 0);
      EXPECT_EQ(deny.decide(dev(), action).effect == Effect::deny, (bits & listed) != 0);
    }
  }
}

TEST(Rules, AToolWithoutClassesCountsAsHavingAll) {
  const Action action = tool("s", "t", {});
  EXPECT_EQ(rules({{.id = "r", .effect = Effect::allow}}).decide(dev(), action).effect,
            Effect::deny);
  EXPECT_EQ(
      rules(
          {{.id = "r", .effect = Effect::allow, .tools = Names{"s.t"}, .classes = ClassSet::all()},
           {.id = "d", .effect = Effect::deny, .classes = ClassSet{ToolClass::identity}}})
          .decide(dev(), action)
          .rule,
      "d");
}

TEST(Rules, ExecuteIsListedAndItsServerNamed) {
  const Action action = tool("sh", "run", {ToolClass::execute});
  const auto effect = [&](Effect e, std::optional<Names> tools, std::optional<ClassSet> classes) {
    return rules({{.id = "r", .effect = e, .tools = std::move(tools), .classes = classes}})
        .decide(dev(), action);
  };
  const ClassSet execute = {ToolClass::execute};
  EXPECT_EQ(effect(Effect::allow, Names{"sh.run"}, execute).effect, Effect::allow);
  EXPECT_EQ(effect(Effect::allow, Names{"sh.*"}, execute).effect, Effect::allow);
  EXPECT_EQ(effect(Effect::hold, Names{"sh.*"}, execute).effect, Effect::hold);
  for (const Effect e : {Effect::allow, Effect::hold}) {
    EXPECT_EQ(effect(e, Names{"sh.run"}, std::nullopt).reason, Reason::execute_not_granted);
    EXPECT_EQ(effect(e, Names{"*"}, execute).reason, Reason::execute_not_granted);
    EXPECT_EQ(effect(e, Names{"*.run"}, execute).reason, Reason::execute_not_granted);
    EXPECT_EQ(effect(e, Names{"sh*"}, execute).reason, Reason::execute_not_granted);
    EXPECT_EQ(effect(e, std::nullopt, execute).reason, Reason::execute_not_granted);
  }
  EXPECT_EQ(effect(Effect::allow, Names{"sh.*"}, ClassSet{ToolClass::read}).reason,
            Reason::execute_not_granted);
}

TEST(Rules, PrincipalsAreProvenOnes) {
  const Names scopes = {"files:read"};
  const Subject subject{"ana", "bot", kDev, scopes};
  const auto fit = [&](PrincipalSelector selector) { return fits(selector, subject); };
  EXPECT_TRUE(fit({.any = true}));
  EXPECT_TRUE(fit({.user = "ana"}));
  EXPECT_FALSE(fit({.user = "Ana"}));
  EXPECT_FALSE(fit({.user = "dev"}));
  EXPECT_TRUE(fit({.group = "dev"}));
  EXPECT_FALSE(fit({.group = "*"}));
  EXPECT_TRUE(fit({.scope = "files:read"}));
  EXPECT_TRUE(fit({.agent = "bot"}));
  EXPECT_TRUE(fit({.user = "ana", .group = "dev"}));
  EXPECT_FALSE(fit({.user = "ana", .group = "ops"}));
  EXPECT_FALSE(fit({}));
}

TEST(Rules, AMissingScopeIsNamed) {
  const Rules list = rules({{.id = "r",
                             .effect = Effect::allow,
                             .principals = {{{.group = "dev", .scope = "files:write"}}},
                             .tools = Names{"files.*"}}});
  const Decision decision = list.decide(dev(), tool("files", "put"));
  EXPECT_EQ(decision.reason, Reason::scope_missing);
  EXPECT_EQ(decision.missing_scope, "files:write");
  EXPECT_EQ(decision.rule, "r");
  EXPECT_EQ(list.decide(nobody(), tool("files", "put")).reason, Reason::no_rule);
  EXPECT_EQ(list.decide(dev(), tool("shop", "put")).reason, Reason::no_rule);
}

TEST(Rules, ADeniedCallAsksForNoScope) {
  const Rules list = rules({{.id = "r", .effect = Effect::allow, .principals = {{{.scope = "x"}}}},
                            {.id = "d", .effect = Effect::deny}});
  EXPECT_EQ(list.decide(dev(), tool("a", "b")).reason, Reason::denied);
}

TEST(Rules, ArgumentsAreDecidedOrRefused) {
  const Rules list =
      rules({{.id = "r", .effect = Effect::allow, .arguments = R"({"maximum":100})"}});
  const auto decide = [&](const std::string& json) {
    const auto document = wire::JsonDocument::parse(json);
    Action action = tool("shop", "refund");
    action.arguments = document->root();
    return list.decide(dev(), action);
  };
  EXPECT_EQ(decide(R"({"amount":100})").effect, Effect::allow);
  EXPECT_EQ(decide(R"({"amount":101})").reason, Reason::arguments_refused);
  EXPECT_EQ(decide(R"({"amount":"1"})").effect, Effect::deny);
  EXPECT_EQ(list.decide(dev(), tool("shop", "refund")).effect, Effect::deny);
  EXPECT_TRUE(list.visible(dev(), tool("shop", "refund")));

  const Rules stops =
      rules({{.id = "a", .effect = Effect::allow},
             {.id = "d", .effect = Effect::deny, .arguments = R"({"maximum":100})"}});
  EXPECT_EQ(stops.decide(dev(), tool("shop", "refund")).effect, Effect::deny);  // undecided
  EXPECT_TRUE(stops.visible(dev(), tool("shop", "refund")));
}

TEST(Rules, AHiddenToolIsOneThatNoArgumentsAllow) {
  const Rules list = rules({{.id = "h", .effect = Effect::hold, .tools = Names{"a.*"}},
                            {.id = "d", .effect = Effect::deny, .tools = Names{"a.secret"}}});
  EXPECT_TRUE(list.visible(dev(), tool("a", "b")));
  EXPECT_FALSE(list.visible(dev(), tool("a", "secret")));
  EXPECT_FALSE(list.visible(dev(), tool("b", "b")));
}

TEST(Rules, HoldNamesItsApproversAndPrefersThem) {
  const Rules list = rules({{.id = "h1", .effect = Effect::hold},
                            {.id = "h2", .effect = Effect::hold, .approvers = group("leads")}});
  const Decision decision = list.decide(dev(), tool("a", "b"));
  EXPECT_EQ(decision.rule, "h2");
  ASSERT_EQ(decision.approvers.size(), 1U);
  EXPECT_EQ(decision.approvers[0].group, "leads");
}

// R9.4: the right of a delegated call is what user and agent both have.
TEST(Rules, DelegationNarrows) {
  const Rules list =
      rules({{.id = "boss", .effect = Effect::allow, .principals = {{{.user = "boss"}}}},
             {.id = "bot",
              .effect = Effect::allow,
              .principals = {{{.agent = "bot"}}},
              .tools = Names{"files.*"}}});
  const auto decide = [&](const char* user, const char* agent, const char* server) {
    return list.decide(Subject{user, agent, kNone, kNone}, tool(server, "x")).reason;
  };
  EXPECT_EQ(decide("low", "bot", "files"), Reason::no_rule);  // a strong agent lends nothing
  EXPECT_EQ(decide("boss", "bot", "files"), Reason::allowed);
  EXPECT_EQ(decide("boss", "bot", "shop"), Reason::agent_not_granted);
  EXPECT_EQ(decide("boss", "other", "shop"), Reason::allowed);  // no rule speaks of it
  EXPECT_EQ(decide("boss", "", "shop"), Reason::allowed);
}

TEST(Rules, HoursRestrictAndAnUnknownTimeIsTheSafeOne) {
  const TimeWindow office{.from = 8 * 60, .to = 18 * 60};
  const Rules timed = rules({
      {.id = "office", .effect = Effect::allow, .tools = Names{"a.*"}, .times = {office}},
      {.id = "all", .effect = Effect::allow, .tools = Names{"b.*"}},
      {.id = "night",
       .effect = Effect::deny,
       .tools = Names{"b.*"},
       .times = {{.from = 22 * 60, .to = 6 * 60}}},
  });
  Action call = tool("a", "x");
  call.now = *parse_rfc3339("2026-11-26T10:00:00Z");
  EXPECT_EQ(timed.decide(dev(), call).rule, "office");
  call.now = *parse_rfc3339("2026-11-26T20:00:00Z");
  EXPECT_EQ(timed.decide(dev(), call).reason, Reason::outside_time);
  EXPECT_EQ(timed.decide(dev(), call).rule, "office");
  EXPECT_TRUE(timed.visible(dev(), call));  // lists don't change with the clock
  call.now = {};
  EXPECT_EQ(timed.decide(dev(), call).reason, Reason::outside_time);
  Action other = tool("b", "x");
  other.now = *parse_rfc3339("2026-11-26T10:00:00Z");
  EXPECT_EQ(timed.decide(dev(), other).rule, "all");
  other.now = *parse_rfc3339("2026-11-26T23:00:00Z");
  EXPECT_EQ(timed.decide(dev(), other).rule, "night");
  EXPECT_TRUE(timed.visible(dev(), other));
  other.now = {};
  EXPECT_EQ(timed.decide(dev(), other).rule, "night");
}

TEST(Rules, EnvironmentsAreThoseOfTheServer) {
  auto compiled = Rules::compile(
      {
          {.id = "staging", .effect = Effect::allow, .environments = Names{"staging"}},
          {.id = "never", .effect = Effect::deny, .environments = Names{"production"}},
          {.id = "reads", .effect = Effect::allow, .tools = Names{"*.read"}},
      },
      nullptr, {{"live", "production"}, {"trial", "staging"}});
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->decide(dev(), tool("trial", "x")).rule, "staging");
  EXPECT_EQ(compiled->decide(dev(), tool("live", "read")).rule, "never");
  EXPECT_EQ(compiled->decide(dev(), tool("else", "read")).rule, "reads");
  EXPECT_EQ(compiled->decide(dev(), tool("else", "x")).reason, Reason::no_rule);
  EXPECT_FALSE(compiled->visible(dev(), tool("live", "read")));
}

TEST(Rules, CompileRefuses) {
  EXPECT_EQ(
      Rules::compile({{.id = "r", .times = {{.zone = "Nowhere/At_All"}}}}, nullptr).error().code,
      "policy.times");
  EXPECT_EQ(Rules::compile({{.id = "r"}, {.id = "r"}}, compile_maximum).error().code,
            "policy.duplicate_id");
  EXPECT_EQ(Rules::compile({{.id = "r", .arguments = "{}"}}, compile_maximum).error().code,
            "policy.arguments");
  EXPECT_EQ(Rules::compile({{.id = "r", .arguments = "{}"}}, nullptr).error().code,
            "policy.arguments");
}

TEST(Rules, ExplainSaysWhyEachRuleDidNotSpeak) {
  const Rules list =
      rules({{.id = "kind", .effect = Effect::allow, .prompts = Names{"*"}},
             {.id = "name", .effect = Effect::allow, .tools = Names{"b.*"}},
             {.id = "classes", .effect = Effect::allow, .classes = ClassSet{ToolClass::write}},
             {.id = "principals", .effect = Effect::allow, .principals = group("ops")},
             {.id = "fits", .effect = Effect::allow}});
  std::string text;
  for (const Step& step : list.explain(dev(), tool("a", "b")))
    text += std::string(step.rule) + "=" + std::string(miss_name(step.miss)) + " ";
  EXPECT_EQ(text, "kind=kind name=name classes=classes principals=principals fits=none ");
}

TEST(Rules, LongNamesAreJudgedWhole) {
  const std::string name(5000, 'x');
  const Rules list = rules({{.id = "r", .effect = Effect::allow, .tools = Names{"s." + name}}});
  EXPECT_EQ(list.decide(dev(), tool("s", name)).effect, Effect::allow);
  EXPECT_EQ(list.decide(dev(), tool("s", name + "x")).effect, Effect::deny);
}

}  // namespace
}  // namespace doorward::policy
