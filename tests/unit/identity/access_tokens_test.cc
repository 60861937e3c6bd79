#include "identity/access_tokens.h"

#include "issuer.h"

namespace doorward::identity {
namespace {

using testing::HasSubstr;

class AccessTokensTest : public testing::Test {
 protected:
  AccessTokensTest() { put("k1"); }

  void put(std::string_view kid) {
    keyring->put(std::string(kIssuer), *parse_key_set(issuer.key_set(kid)), steady);
  }
  [[nodiscard]] TokenAnswer judge(std::string_view token) {
    TokenQuestion question{token, now, steady, {}};
    question.fetched = [this](std::string_view key) -> std::optional<std::string_view> {
      const auto found = fetched.find(std::string(key));
      if (found == fetched.end()) return std::nullopt;
      return found->second;
    };
    return tokens.judge(question);
  }
  [[nodiscard]] std::string outcome(std::string_view token) {
    const TokenAnswer answer = judge(token);
    if (const auto* refused = std::get_if<TokenRefused>(&answer)) return refused->code;
    if (const auto* needs = std::get_if<TokenNeeds>(&answer)) return "need " + needs->key;
    return "user " + std::get<std::shared_ptr<const Verified>>(answer)->principal.user;
  }

  TestIssuer issuer;
  SteadyTime steady{std::chrono::hours(1)};
  WallTime now = kNow;
  std::shared_ptr<Keyring> keyring = std::make_shared<Keyring>();
  std::map<std::string, std::string> fetched;
  AccessTokens tokens{{{.issuer = std::string(kIssuer), .audiences = {std::string(kAudience)}}},
                      std::chrono::seconds(30),
                      keyring};
};

TEST_F(AccessTokensTest, TellsWhoHoldsAGoodOne) {
  const std::string token = issuer.token(TestIssuer::good(
      R"(,"scope":"a b","groups":["dev","ops"],"act":{"sub":"bot"},"jti":"j1","iat":1)"));
  const TokenAnswer answer = judge(token);
  const auto* verified = std::get_if<std::shared_ptr<const Verified>>(&answer);
  ASSERT_NE(verified, nullptr);
  const core::Principal& who = (*verified)->principal;
  EXPECT_EQ(who.user, "ana");
  EXPECT_EQ(who.agent, "bot");
  EXPECT_EQ(who.issuer, kIssuer);
  EXPECT_THAT(who.groups, testing::ElementsAre("dev", "ops"));
  EXPECT_THAT(who.scopes, testing::ElementsAre("a", "b"));
  EXPECT_EQ((*verified)->credential.token_id, "j1");
  EXPECT_EQ((*verified)->credential.expires, kNow + std::chrono::seconds(300));
}

TEST_F(AccessTokensTest, RefusesEveryOtherClaim) {
  const std::string later = std::to_string(seconds_of(kNow) + 300);
  const struct {
    std::string claims;
    std::string_view code;
  } cases[] = {
      {TestIssuer::good(R"(,"nbf":)" + later), "claims.early"},
      {TestIssuer::good(R"(,"iat":)" + later), "claims.early"},
      {TestIssuer::good(R"(,"nbf":"1")"), "claims.time"},
      {TestIssuer::good(R"(,"act":{"sub":7})"), "claims.subject"},
      {TestIssuer::good(R"(,"act":{})"), "claims.subject"},
      {TestIssuer::good(R"(,"groups":{"a":1})"), "claims.subject"},
      {TestIssuer::good(R"(,"groups":[7])"), "claims.subject"},
      {TestIssuer::good(R"(,"groups":["a\u0000"])"), "jose.syntax"},
      {TestIssuer::good(R"(,"groups":["a\u0007"])"), "claims.subject"},
      {TestIssuer::good(R"(,"scope":7)"), "claims.subject"},
      {TestIssuer::good(R"(,"jti":7)"), "claims.subject"},
      {TestIssuer::good(R"(,"cnf":{})"), "claims.binding"},
      {TestIssuer::good(R"(,"cnf":{"kid":"x"})"), "claims.binding"},
      {TestIssuer::good(R"(,"cnf":{"jkt":"short"})"), "claims.binding"},
      {TestIssuer::good(R"(,"cnf":7)"), "claims.binding"},
      {TestIssuer::good(R"(,"sub":"root")"), "jose.syntax"},
      {R"("aud":"https://gw.example/mcp","sub":"ana","exp":)" + later, "token.issuer"},
      {R"("iss":"https://idp.example","sub":"ana","exp":)" + later, "claims.audience"},
      {R"("iss":"https://idp.example","aud":["https://gw.example/mcp/"],"sub":"ana","exp":)" +
           later,
       "claims.audience"},
      {R"("iss":"https://idp.example","aud":"https://gw.example/mcp","exp":)" + later,
       "claims.subject"},
      {R"("iss":"https://idp.example","aud":"https://gw.example/mcp","sub":"ana")", "claims.time"},
      {R"("iss":"https://idp.example","aud":"https://gw.example/mcp","sub":"ana","exp":1e999)",
       "claims.time"},
      {R"("iss":"https://idp.example","aud":"https://gw.example/mcp","sub":"ana","exp":1)",
       "claims.expired"},
  };
  for (const auto& [claims, code] : cases) EXPECT_EQ(outcome(issuer.token(claims)), code) << claims;
}

TEST_F(AccessTokensTest, RefusesOtherTypesAndKeys) {
  for (const std::string_view type : {"dpop+jwt", "id+jwt", "logout+jwt", "at+jwtx"})
    EXPECT_EQ(outcome(issuer.token("", R"("kid":"k1","typ":")" + std::string(type) + "\"")),
              "jose.syntax");
  for (const std::string_view type : {"JWT", "application/at+jwt"})
    EXPECT_EQ(outcome(issuer.token("", R"("kid":"k1","typ":")" + std::string(type) + "\"")),
              "user ana");
  EXPECT_EQ(outcome(TestIssuer().token()), "jose.signature");
}

TEST_F(AccessTokensTest, NoBitOfAGoodOneMayChange) {
  const std::string token = issuer.token();
  for (size_t at = 0; at < token.size(); ++at) {
    std::string other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_THAT(outcome(other), testing::Not(HasSubstr("user"))) << at;
  }
}

TEST_F(AccessTokensTest, AsksForKeysWhenItHasNone) {
  keyring = nullptr;
  const auto empty = std::make_shared<Keyring>();
  const AccessTokens fresh(
      {{.issuer = std::string(kIssuer), .audiences = {std::string(kAudience)}}},
      std::chrono::seconds(30), empty);
  TokenQuestion question{{}, now, steady, {}};
  const std::string token = issuer.token();
  question.token = token;
  bool asked = false;
  question.fetched = [&](std::string_view) -> std::optional<std::string_view> {
    if (!asked) return std::nullopt;
    return "asked";
  };
  const auto first = fresh.judge(question);
  ASSERT_TRUE(std::holds_alternative<TokenNeeds>(first));
  EXPECT_EQ(std::get<TokenNeeds>(first).key, "identity.keys https://idp.example");
  asked = true;
  const auto second = fresh.judge(question);
  EXPECT_EQ(std::get<TokenRefused>(second).code, "token.unavailable");
  empty->put(std::string(kIssuer), *parse_key_set(issuer.key_set("k1")), steady);
  EXPECT_TRUE(std::holds_alternative<std::shared_ptr<const Verified>>(fresh.judge(question)));
}

TEST_F(AccessTokensTest, AnUnknownKeyIsAskedForWithinABound) {
  const std::string token = issuer.token("", R"("kid":"k2")");
  EXPECT_EQ(outcome(token), "need identity.keys https://idp.example");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(keyring->take_try(std::string(kIssuer), steady));
  EXPECT_FALSE(keyring->take_try(std::string(kIssuer), steady));
  EXPECT_EQ(outcome(token), "jose.signature");
  steady += std::chrono::seconds(11);
  EXPECT_EQ(outcome(token), "need identity.keys https://idp.example");
  put("k2");
  EXPECT_EQ(outcome(token), "user ana");
}

TEST_F(AccessTokensTest, OneThatWasGoodIsNotPastItsEndOrItsKeys) {
  const std::string token = issuer.token();
  EXPECT_EQ(outcome(token), "user ana");
  EXPECT_EQ(outcome(token), "user ana");
  now += std::chrono::seconds(331);
  EXPECT_EQ(outcome(token), "claims.expired");
  now = kNow;
  const TestIssuer other;
  keyring->put(std::string(kIssuer), *parse_key_set(other.key_set("k1")), steady);
  EXPECT_EQ(outcome(token), "jose.signature");
}

TEST_F(AccessTokensTest, KeysOutliveAnOutageForAWhile) {
  const std::string token = issuer.token();
  EXPECT_EQ(outcome(token), "user ana");
  steady += std::chrono::minutes(6);
  EXPECT_EQ(outcome(token), "need identity.keys https://idp.example");
  fetched["identity.keys https://idp.example"] = "asked";
  EXPECT_EQ(outcome(token), "user ana");
  steady += std::chrono::minutes(70);
  EXPECT_EQ(outcome(token), "token.unavailable");
}

TEST_F(AccessTokensTest, AnOpaqueOneIsAskedAbout) {
  EXPECT_EQ(outcome("opaque"), "token.issuer");
  AccessTokens asking({{.issuer = std::string(kIssuer),
                        .audiences = {std::string(kAudience)},
                        .introspects = true}},
                      std::chrono::seconds(30), keyring);
  std::optional<std::string> said;
  TokenQuestion question{"opaque", now, steady, [&](std::string_view) {
                           return said ? std::optional<std::string_view>(*said) : std::nullopt;
                         }};
  const auto code = [&] {
    const auto answer = asking.judge(question);
    if (const auto* needs = std::get_if<TokenNeeds>(&answer)) return needs->key;
    if (const auto* refused = std::get_if<TokenRefused>(&answer)) return refused->code;
    return std::get<std::shared_ptr<const Verified>>(answer)->principal.user;
  };
  EXPECT_EQ(code(), "identity.introspection https://idp.example opaque");
  const std::string rest = R"("aud":"https://gw.example/mcp","sub":"ana","exp":)" +
                           std::to_string(seconds_of(kNow) + 300) + "}";
  for (const auto& [text, expected] : std::initializer_list<std::pair<std::string, std::string>>{
           {"", "token.unavailable"},
           {"no JSON", "token.inactive"},
           {R"({"active":false})", "token.inactive"},
           {R"({"active":"true",)" + rest, "token.inactive"},
           {R"({"active":true,"iss":"https://other.example",)" + rest, "claims.issuer"},
           {R"({"active":true,"sub":"ana","exp":9999999999})", "claims.audience"},
           {R"({"active":true,)" + rest, "ana"}}) {
    said = text;
    EXPECT_EQ(code(), expected) << text;
  }
  // Remembered for a second, no longer.
  said = R"({"active":false})";
  EXPECT_EQ(code(), "ana");
  question.steady += std::chrono::milliseconds(1001);
  EXPECT_EQ(code(), "token.inactive");
}

// Who held a good one until a moment ago does not guess.
TEST_F(AccessTokensTest, OneThatCountedUntilNowIsNoGuess) {
  const auto ended = [&](const TokenAnswer& answer) {
    return std::get<TokenRefused>(answer).ended;
  };
  const std::string token = issuer.token(TestIssuer::good());
  now += std::chrono::seconds(331);
  EXPECT_FALSE(ended(judge(token)));  // never seen before
  now = kNow;
  EXPECT_EQ(outcome(token), "user ana");
  now += std::chrono::seconds(331);
  EXPECT_TRUE(ended(judge(token)));
  EXPECT_EQ(outcome(token), "claims.expired");
  now += std::chrono::seconds(60);
  EXPECT_FALSE(ended(judge(token)));

  AccessTokens asking({{.issuer = std::string(kIssuer),
                        .audiences = {std::string(kAudience)},
                        .introspects = true}},
                      std::chrono::seconds(30), keyring);
  std::string said = R"({"active":false})";
  TokenQuestion question{"opaque", kNow, steady,
                         [&](std::string_view) { return std::optional<std::string_view>(said); }};
  EXPECT_FALSE(ended(asking.judge(question)));
  said = R"({"active":true,"aud":"https://gw.example/mcp","sub":"ana","exp":)" +
         std::to_string(seconds_of(kNow) + 300) + "}";
  EXPECT_FALSE(std::holds_alternative<TokenRefused>(asking.judge(question)));
  said = R"({"active":false})";
  question.steady += std::chrono::milliseconds(1001);
  EXPECT_TRUE(ended(asking.judge(question)));
  question.steady += std::chrono::minutes(1);
  EXPECT_FALSE(ended(asking.judge(question)));
}

TEST_F(AccessTokensTest, OfSeveralIssuersTheOneThatKnewItIsAskedAgain) {
  const auto rules = [](std::string issuer) {
    return IssuerRules{
        .issuer = std::move(issuer), .audiences = {std::string(kAudience)}, .introspects = true};
  };
  AccessTokens asking({rules("https://a.example"), rules("https://b.example")},
                      std::chrono::seconds(30), keyring);
  std::map<std::string, std::string, std::less<>> said;
  TokenQuestion question{"opaque", now, steady,
                         [&](std::string_view key) -> std::optional<std::string_view> {
                           const auto found = said.find(key);
                           if (found == said.end()) return std::nullopt;
                           return found->second;
                         }};
  const auto code = [&] {
    const auto answer = asking.judge(question);
    if (const auto* needs = std::get_if<TokenNeeds>(&answer)) return needs->key;
    if (const auto* refused = std::get_if<TokenRefused>(&answer)) return refused->code;
    return std::get<std::shared_ptr<const Verified>>(answer)->principal.issuer;
  };
  const std::string both = "identity.introspection https://a.example\nhttps://b.example opaque";
  EXPECT_EQ(code(), both);
  said[both] = "";
  EXPECT_EQ(code(), "token.unavailable");
  said[both] = "\n";
  EXPECT_EQ(code(), "token.inactive");
  const std::string yes = R"({"active":true,"aud":"https://gw.example/mcp","sub":"ana","exp":)" +
                          std::to_string(seconds_of(kNow) + 300);
  said[both] = "https://c.example\n" + yes + "}";
  EXPECT_EQ(code(), "token.inactive");
  for (const char* const other : {"refresh_token", "DPoP", "urn:x:refresh_token"}) {
    said[both] = "https://b.example\n" + yes + R"(,"token_type":")" + other + "\"}";
    EXPECT_EQ(code(), "token.type") << other;
  }
  said[both] = "https://b.example\n" + yes + R"(,"token_type":"Bearer"})";
  EXPECT_EQ(code(), "https://b.example");
  said.clear();
  question.steady += std::chrono::milliseconds(1001);
  EXPECT_EQ(code(), "identity.introspection https://b.example opaque");
}

TEST(TokensOfNoIssuer, AreNobodys) {
  const AccessTokens none({}, std::chrono::seconds(0), std::make_shared<Keyring>());
  const auto answer = none.judge({"a.b.c", kNow, SteadyTime{}, [](std::string_view) {
                                    return std::optional<std::string_view>();
                                  }});
  EXPECT_EQ(std::get<TokenRefused>(answer).code, "token.issuer");
}

}  // namespace
}  // namespace doorward::identity
