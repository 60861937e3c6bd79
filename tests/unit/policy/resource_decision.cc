#include "policy/resource_decision.h"

#include <gtest/gtest.h>

namespace doorward::policy {
namespace {

Rules rules(std::vector<Rule> list) {
  auto compiled = Rules::compile(std::move(list), nullptr);
  EXPECT_TRUE(compiled);
  return *std::move(compiled);
}

std::vector<std::string> resources(std::string glob) {
  return {std::move(glob)};
}

Decision decide(const Rules& rules, std::string_view uri, const ResourceNames& names = {}) {
  Action action;
  action.kind = Kind::resource;
  action.server = "s";
  action.uri = uri;
  return decide_resource(rules, {.user = "u", .agent = {}, .groups = {}, .scopes = {}}, action,
                         *resource_forms(uri), names);
}

TEST(ResourceDecision, TheStrictestFormCounts) {
  const Rules all =
      rules({{.id = "a", .effect = Effect::allow, .resources = resources("file:///pub/*")},
             {.id = "d", .effect = Effect::deny, .resources = resources("file:///pub/secret/*")},
             {.id = "h", .effect = Effect::hold, .resources = resources("file:///pub/held")}});
  EXPECT_EQ(decide(all, "file:///pub/a").rule, "a");
  EXPECT_EQ(decide(all, "file:///pub/%73ecret/k").rule, "d");
  EXPECT_EQ(decide(all, "file:///pub//held").rule, "h");
  EXPECT_EQ(decide(all, "file:///pub/held?x=1").rule, "h");
  EXPECT_EQ(decide(all, "file:///pub/held/").rule, "h");
}

TEST(ResourceDecision, AFragmentGrantsNothingUnlessItIsListed) {
  const Rules all =
      rules({{.id = "a", .effect = Effect::allow, .resources = resources("file:///*.txt")}});
  EXPECT_EQ(decide(all, "file:///etc/passwd#.txt").effect, Effect::deny);
  EXPECT_EQ(decide(all, "file:///etc/passwd#.txt", {"named", {}}).effect, Effect::allow);
}

TEST(ResourceDecision, NamesOfOtherSpellingsDenyAndDoNotAllow) {
  const Rules all = rules({{.id = "a", .effect = Effect::allow, .resources = resources("x:*")},
                           {.id = "d", .effect = Effect::deny, .resources = resources("s.Payroll")},
                           {.id = "n", .effect = Effect::allow, .resources = resources("s.Open")}});
  EXPECT_EQ(decide(all, "x:1", {"", {"Payroll"}}).rule, "d");
  EXPECT_EQ(decide(all, "y:1", {"", {"Open"}}).effect, Effect::deny);
  EXPECT_EQ(decide(all, "y:1", {"Open", {}}).effect, Effect::allow);
}

TEST(ResourceDecision, AllRulesThatHoldAreNamed) {
  const Rules all = rules({{.id = "h1", .effect = Effect::hold, .resources = resources("x:a*")},
                           {.id = "h2", .effect = Effect::hold, .resources = resources("x:ab")}});
  Action action;
  action.kind = Kind::resource;
  action.server = "s";
  action.uri = "x:%61b";
  const Subject subject{.user = "u", .agent = {}, .groups = {}, .scopes = {}};
  EXPECT_EQ(rules_that_hold(all, subject, action, *resource_forms(action.uri), {}),
            (std::vector<std::string_view>{"h1", "h2"}));
}

}  // namespace
}  // namespace doorward::policy
