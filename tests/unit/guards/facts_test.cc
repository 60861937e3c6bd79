// What each guard says of itself, and what the corridor may rely on in it.
#include <gmock/gmock.h>

#include <set>

#include "core/pipeline.h"
#include "guards/identity/session_owner.h"
#include "guards/identity/token.h"
#include "guards/instability/schema.h"
#include "guards/instability/strict_rpc.h"
#include "guards/misuse/result_schema.h"
#include "guards/misuse/tool_visible.h"
#include "guards/overload/deadline.h"
#include "guards/overload/size_depth.h"
#include "guards/privilege/authorize.h"
#include "guards/rogue/kill_switch.h"
#include "guards/rogue/pin_drift.h"
#include "guards/rogue/provenance.h"
#include "guards/rogue/recheck.h"
#include "guards/rogue/registry.h"
#include "guards/rogue/server_state.h"
#include "guards/transport/header_equals_body.h"
#include "guards/transport/open_request.h"
#include "guards/transport/origin_host.h"

namespace doorward::guards {
namespace {

using core::Stage;
constexpr Stage kStages[] = {Stage::accept,   Stage::launch,         Stage::request,
                             Stage::response, Stage::server_message, Stage::client_reply};

std::vector<std::unique_ptr<const core::Guard>> all() {
  std::vector<std::unique_ptr<const core::Guard>> made;
  const auto nobody = std::make_shared<const identity::Tokens>();
  made.push_back(std::make_unique<OriginHost>(OriginHostRules{}, OriginHostRules{}));
  made.push_back(std::make_unique<SizeDepth>(SizeLimits{}));
  made.push_back(std::make_unique<Token>(
      TokenDoor{.clients = {nobody, nullptr}, .operators = {nobody, nullptr}}));
  made.push_back(std::make_unique<SessionOwner>());
  made.push_back(std::make_unique<StrictRpc>());
  made.push_back(std::make_unique<HeaderEqualsBody>());
  made.push_back(std::make_unique<OpenRequest>());
  made.push_back(std::make_unique<Authorize>(
      std::make_shared<const policy::Rules>(),
      [](std::string_view, std::string_view) { return core::ClassSet(); }));
  made.push_back(std::make_unique<Deadline>(Deadlines{}, nullptr));
  const auto registry = *catalog::Registry::open({});
  made.push_back(std::make_unique<KillSwitch>(std::make_shared<catalog::Stops>("")));
  made.push_back(std::make_unique<KnownServers>(registry));
  made.push_back(std::make_unique<Recheck>(registry));
  made.push_back(std::make_unique<PinDrift>(registry));
  made.push_back(std::make_unique<ArgumentSchema>(registry));
  made.push_back(
      std::make_unique<ServerStates>(registry, std::make_shared<limits::Ledger>(), limits::Flow{}));
  made.push_back(std::make_unique<ToolVisible>(std::make_shared<const policy::Rules>(), registry,
                                               std::make_shared<const catalog::Stops>("")));
  made.push_back(std::make_unique<ResultSchema>(registry));
  made.push_back(std::make_unique<Provenance>(registry));
  return made;
}

TEST(GuardFacts, AreOneIdEachUnderItsArea) {
  std::set<std::string_view> ids;
  for (const auto& guard : all()) {
    const core::GuardFacts& facts = guard->facts();
    EXPECT_TRUE(ids.insert(facts.id).second) << facts.id;
    EXPECT_TRUE(facts.id.starts_with(std::string(core::area_text(facts.area)) + "."));
    EXPECT_NE(facts.stages, core::Stages{});
  }
}

// INTERFACE: transport, identity, policy, audit and isolation have no observe mode.
TEST(GuardFacts, WhatHoldsTheHouseUpCantBeObserved) {
  const std::set<core::Area> firm{core::Area::transport, core::Area::identity,
                                  core::Area::privilege, core::Area::logtamper,
                                  core::Area::isolation};
  for (const auto& guard : all())
    if (firm.contains(guard->facts().area))
      EXPECT_FALSE(guard->facts().observable) << guard->facts().id;
}

// A guard meets exchanges that lack what it looks at: it refuses or passes, and never reads through
// a null pointer.
TEST(Guards, BearAnExchangeWithNothingInIt) {
  for (const auto& guard : all()) {
    for (const Stage stage : kStages) {
      for (const auto carrier : {core::Carrier::http, core::Carrier::stdio}) {
        core::Exchange exchange;
        exchange.stage = stage;
        exchange.carrier = carrier;
        core::Notes notes;
        const core::Verdict verdict = guard->judge(exchange, notes);
        EXPECT_TRUE(verdict.effect == core::Effect::pass || verdict.refuses());
        static_cast<void>(guard->commit(exchange, notes));
      }
    }
  }
}

// The same exchange gets the same verdict again: judging changes nothing.
TEST(Guards, JudgeTheSameTwice) {
  const auto message = *wire::Message::parse(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}})");
  const core::Principal ana{.user = "ana"};
  for (const auto& guard : all()) {
    core::Exchange exchange;
    exchange.stage = Stage::request;
    exchange.message = exchange.request = &message;
    exchange.principal = &ana;
    core::Notes notes;
    const auto first = guard->judge(exchange, notes), second = guard->judge(exchange, notes);
    EXPECT_EQ(first.effect, second.effect) << guard->facts().id;
    EXPECT_EQ(first.reason, second.reason);
    EXPECT_EQ(first.text, second.text);
  }
}

// A refusal names a reason `area.cause`, a requirement and what to do; it tells no internals.
TEST(Guards, RefuseWithReasonRequirementAndAdvice) {
  const auto message = *wire::Message::parse(R"({"jsonrpc":"2.0","id":1,"method":"no/such"})");
  size_t refused = 0;
  for (const auto& guard : all()) {
    for (const Stage stage : kStages) {
      core::Exchange exchange;
      exchange.stage = stage;
      exchange.message = &message;
      exchange.message_bytes = 1 << 30;
      exchange.session_unknown = true;
      exchange.protocol.revision_known = false;
      core::Notes notes;
      const auto verdict = guard->judge(exchange, notes);
      if (!verdict.refuses()) continue;
      ++refused;
      EXPECT_THAT(std::string(verdict.reason), testing::MatchesRegex("[a-z]+\\.[a-z_]+"));
      EXPECT_THAT(std::string(verdict.requirement), testing::MatchesRegex("R[0-9]+\\.[0-9]+"));
      EXPECT_GT(verdict.text.size(), 15u) << verdict.reason;
    }
  }
  EXPECT_GT(refused, 10u);
}

// R3.1: a hidden, an unknown and a forbidden tool get one and the same answer.
TEST(Authorize, OneAnswerForHiddenUnknownAndForbidden) {
  auto rules = policy::Rules::compile(
      {{.id = "no",
        .effect = policy::Effect::deny,
        .principals = {},
        .tools = {{"files.forbidden"}},
        .prompts = {},
        .resources = {},
        .classes = {},
        .arguments = {},
        .approvers = {}}},
      [](std::string_view, policy::Effect) -> Expected<policy::ArgumentMatcher> {
        return policy::ArgumentMatcher([](wire::JsonValue) { return policy::Match::undecided; });
      });
  ASSERT_TRUE(rules);
  const Authorize guard(std::make_shared<policy::Rules>(std::move(*rules)),
                        [](std::string_view, std::string_view tool) {
                          return tool == "unknown" ? core::ClassSet::all()
                                                   : core::ClassSet{core::ToolClass::read};
                        });
  const core::Principal ana{.user = "ana"};
  std::set<std::string> answers;
  for (const std::string tool : {"forbidden", "unknown", "hidden", ""}) {
    const auto message = *wire::Message::parse(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + tool + R"("}})");
    core::Exchange exchange;
    exchange.stage = Stage::request;
    exchange.server = "files";
    exchange.message = exchange.request = &message;
    exchange.principal = &ana;
    core::Notes notes;
    const core::Pipeline nobody({});
    answers.insert(std::string(nobody.refuse(&message, {guard.judge(exchange, notes), 1}).body()));
  }
  EXPECT_EQ(answers.size(), 1u) << *answers.begin();
}

}  // namespace
}  // namespace doorward::guards
