// Who is slowed down: whoever guesses, and nobody whose token was good.
#include "guards/identity/token.h"

#include <gmock/gmock.h>

namespace doorward::guards {
namespace {

class TokenGuardTest : public testing::Test {
 protected:
  TokenGuardTest() {
    head.fields.push_back({"authorization", "Bearer opaque"});
    exchange.stage = core::Stage::accept;
    exchange.head = &head;
    exchange.peer = "10.0.0.1";
    exchange.now = WallTime(std::chrono::seconds(1'000'000));
    exchange.steady = SteadyTime(std::chrono::hours(1));
    TokenDoor door;
    door.clients = {std::make_shared<identity::Tokens>(), issuers()};
    door.operators = door.clients;
    door.failures = failures;
    guard.emplace(std::move(door));
  }
  static std::shared_ptr<const identity::AccessTokens> issuers() {
    std::vector<identity::IssuerRules> rules{{.issuer = "https://idp.example",
                                              .audiences = {"https://gw.example/mcp"},
                                              .introspects = true}};
    return std::make_shared<identity::AccessTokens>(std::move(rules), std::chrono::seconds(30),
                                                    std::make_shared<identity::Keyring>());
  }
  core::Verdict judge(const std::string& said) {
    core::Notes notes;
    notes.values["identity.introspection https://idp.example opaque"] = said;
    core::Verdict verdict = guard->judge(exchange, notes);
    if (verdict.refuses()) guard->refused(exchange, verdict, notes);
    return verdict;
  }

  wire::HttpRequestHead head;
  core::Exchange exchange;
  std::shared_ptr<identity::Failures> failures = std::make_shared<identity::Failures>();
  std::optional<Token> guard;
};

constexpr const char* kNo = R"({"active":false})";
constexpr const char* kYes =
    R"({"active":true,"aud":"https://gw.example/mcp","sub":"ana","exp":1000300})";

TEST_F(TokenGuardTest, ARevokedOneIsToldAtOnceBesideAFloodOfBadOnes) {
  EXPECT_EQ(judge(kYes).effect, core::Effect::pass);
  for (int i = 0; i < 500; ++i) failures->failed("10.0.0.1", exchange.steady);
  exchange.steady += std::chrono::milliseconds(1001);
  const core::Verdict verdict = judge(kNo);
  EXPECT_EQ(verdict.reason, "identity.ended");
  EXPECT_EQ(verdict.answer, core::Answer::unauthenticated);
  EXPECT_EQ(verdict.pause.count(), 0);
}

TEST_F(TokenGuardTest, AStrangersIsSlowed) {
  for (int i = 0; i < 500; ++i) failures->failed("10.0.0.1", exchange.steady);
  const core::Verdict verdict = judge(kNo);
  EXPECT_EQ(verdict.reason, "identity.bad_credential");
  EXPECT_EQ(verdict.pause, std::chrono::milliseconds(2000));
}

TEST_F(TokenGuardTest, OneThatEndedIsNotCountedAgainstItsAddress) {
  EXPECT_EQ(judge(kYes).effect, core::Effect::pass);
  exchange.steady += std::chrono::milliseconds(1001);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(judge(kNo).reason, "identity.ended");
  EXPECT_EQ(failures->pause("10.0.0.1", exchange.steady).count(), 0);
}

}  // namespace
}  // namespace doorward::guards
