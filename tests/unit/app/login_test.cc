// Logins at remote servers: what others say is read strictly, and an account counts for one server,
// issuer and principal alone.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "app/login/account.h"
#include "app/login/redirect.h"
#include "app/login/resource.h"
#include "app/login/token_answer.h"
#include "app/provider_metadata.h"
#include "app/state.h"
#include "base/bytes.h"

namespace doorward::app {
namespace {

using testing::ElementsAre;

std::optional<Challenge> challenge(const std::string& field) {
  return bearer_challenge(std::vector<std::string>{field});
}

TEST(LoginChallenge, IsReadAmongOthers) {
  const auto plain = challenge(R"(Bearer resource_metadata="https://a.example/x", scope="a b")");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->resource_metadata, "https://a.example/x");
  EXPECT_EQ(plain->scope, "a b");
  for (const char* field :
       {R"(Basic realm="x, Bearer y=\"z\"", bearer error="e", Resource_Metadata=u)",
        R"(Negotiate abc==, Bearer resource_metadata="u")",
        R"(DPoP algs="ES256", Bearer  resource_metadata = "u")", R"(Bearer resource_metadata=u)"}) {
    const auto found = challenge(field);
    ASSERT_TRUE(found) << field;
    EXPECT_EQ(found->resource_metadata, "u") << field;
  }
  EXPECT_EQ(challenge("Bearer")->resource_metadata, "");
  EXPECT_EQ(challenge(R"(Bearer scope="a \"b\"")")->scope, "");  // no scope
  const auto two = bearer_challenge(
      std::vector<std::string>{"Basic realm=x", R"(Bearer resource_metadata="u")"});
  EXPECT_EQ(two->resource_metadata, "u");
}

TEST(LoginChallenge, IsReadInOneWayOrNotAtAll) {
  for (const char* field :
       {R"(Bearer resource_metadata="a", resource_metadata="b")",
        R"(Bearer resource_metadata="a", Bearer resource_metadata="b")",
        R"(Bearer resource_metadata="a)", "Bearer resource_metadata=", R"(="x")",
        R"(resource_metadata="a")", "Bearer resource_metadata=\"a\nb\"", "Basic realm=x", "",
        "Bearer\xC3\xA4 scope=a"})
    EXPECT_FALSE(challenge(field)) << field;
  EXPECT_FALSE(challenge("Bearer a=\"" + std::string(9000, 'x') + "\""));
}

TEST(LoginResource, IsTheServerOrAParentOfItsPath) {
  const std::string server = "https://mcp.example/tenant/mcp";
  for (const char* good :
       {"https://mcp.example/tenant/mcp", "https://MCP.example:443/tenant/mcp/",
        "https://mcp.example/tenant", "https://mcp.example", "https://mcp.example/"})
    EXPECT_TRUE(covers(good, server)) << good;
  for (const char* bad :
       {"https://mcp.example/tenant/mc", "https://mcp.example/tenant/mcp/more",
        "https://mcp.example/other", "http://mcp.example/tenant/mcp",
        "https://mcp.example:444/tenant/mcp", "https://mcp.example.evil/tenant/mcp",
        "https://user@mcp.example/tenant/mcp", "https://mcp.example/tenant/mcp?x=1",
        "https://mcp.example/tenant/mcp#x", "https://mcp.example/TENANT", "mcp.example", "",
        "javascript:alert(1)"})
    EXPECT_FALSE(covers(bad, server)) << bad;
}

TEST(LoginResource, NamesItsIssuers) {
  const std::string server = "https://mcp.example/mcp";
  const auto read = read_resource(
      R"({"resource":"https://mcp.example/mcp","authorization_servers":["https://a.example",)"
      R"("https://b.example/x"],"scopes_supported":["files:read","bad scope","x"]})",
      server);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_THAT(read->issuers, ElementsAre("https://a.example", "https://b.example/x"));
  EXPECT_EQ(read->scope, "files:read x");
  for (const char* bad :
       {"", "[]", "{}", R"({"resource":"https://mcp.example/mcp"})",
        R"({"resource":"https://mcp.example/mcp","authorization_servers":[]})",
        R"({"resource":"https://mcp.example/mcp","authorization_servers":"https://a.example"})",
        R"({"resource":"https://mcp.example/mcp","authorization_servers":["javascript:1"]})",
        R"({"resource":"https://mcp.example/mcp","authorization_servers":["https://a.example",1]})",
        R"({"resource":"https://other.example/mcp","authorization_servers":["https://a.example"]})",
        R"({"resource":"https://mcp.example/mcp","resource":"https://mcp.example/mcp",)"
        R"("authorization_servers":["https://a.example"]})"})
    EXPECT_FALSE(read_resource(bad, server)) << bad;
  EXPECT_THAT(resource_urls(server),
              ElementsAre("https://mcp.example/.well-known/oauth-protected-resource/mcp",
                          "https://mcp.example/.well-known/oauth-protected-resource"));
  EXPECT_THAT(resource_urls("https://mcp.example"),
              ElementsAre("https://mcp.example/.well-known/oauth-protected-resource"));
}

class LoginRedirect : public testing::Test {
 protected:
  static constexpr const char* kIssuer = "https://idp.example";
  static constexpr const char* kEncoded = "https%3A%2F%2Fidp.example";
  // What it says: the code, the error's code, or "waits".
  static std::string judge(AwaitedAnswer& awaited, const std::string& query) {
    auto judged = awaited.judge(query);
    if (!judged) return "waits";
    return *judged ? (*judged)->reveal() : judged->error().code;
  }
  static std::string once(const std::string& query, bool names_issuer = true) {
    AwaitedAnswer awaited(kIssuer, names_issuer);
    return judge(awaited, "state=" + awaited.state() + query);
  }
};

TEST_F(LoginRedirect, CountsOnceAndByItsStateAlone) {
  AwaitedAnswer awaited(kIssuer, false), other(kIssuer, false);
  EXPECT_EQ(awaited.state().size(), 43U);
  EXPECT_NE(awaited.state(), other.state());
  for (const std::string& stray :
       {std::string("code=c"), std::string("code=c&state="), "code=c&state=" + other.state(),
        "code=c&state=" + awaited.state().substr(1),
        "code=c&state=" + awaited.state() + "&state=" + awaited.state(), std::string(""),
        std::string("state=%ZZ"), std::string(5000, 'a')})
    EXPECT_EQ(judge(awaited, stray), "waits") << stray;
  EXPECT_EQ(judge(awaited, "code=c-1&state=" + awaited.state()), "c-1");
  EXPECT_EQ(judge(awaited, "code=c-1&state=" + awaited.state()), "login.used");
}

TEST_F(LoginRedirect, IsOfTheIssuerThatWasAsked) {
  const std::string iss = std::string("&iss=") + kEncoded;
  EXPECT_EQ(once("&code=c" + iss), "c");
  EXPECT_EQ(once("&code=c"), "login.issuer");
  EXPECT_EQ(once("&code=c", false), "c");
  for (const char* other : {"&iss=https%3A%2F%2Fevil.example", "&iss=https%3A%2F%2Fidp.example%2F",
                            "&iss=", "&iss=HTTPS%3A%2F%2Fidp.example"}) {
    EXPECT_EQ(once(std::string("&code=c") + other), "login.issuer") << other;
    EXPECT_EQ(once(std::string("&code=c") + other, false), "login.issuer") << other;
  }
  EXPECT_EQ(once("&code=c" + iss + iss), "login.answer");
  // An error is believed of nobody else either.
  EXPECT_EQ(once("&error=access_denied&iss=https%3A%2F%2Fevil.example"), "login.issuer");
}

TEST_F(LoginRedirect, SaysWhyItFailedInSafeWords) {
  EXPECT_EQ(once("&code=", false), "login.answer");
  EXPECT_EQ(once("&code=a%0Ab", false), "login.answer");
  EXPECT_EQ(once("&code=a&code=b", false), "login.answer");
  EXPECT_EQ(once("&error=access_denied&code=x", false), "login.denied");
  AwaitedAnswer awaited(kIssuer, false);
  const auto judged = awaited.judge("state=" + awaited.state() +
                                    "&error=%1b%5B2J&error_description=%1b%5B31mred+text");
  ASSERT_TRUE(judged && !*judged);
  EXPECT_EQ(judged->error().what.find('\x1b'), std::string::npos);
  EXPECT_NE(judged->error().what.find("red text"), std::string::npos);
}

TEST(LoginTokens, AreBearerTokensOrNothing) {
  const auto read = read_token_answer(
      200, R"({"access_token":"a","token_type":"bearer","refresh_token":"r","expires_in":60})");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->access.equals("a"));
  EXPECT_TRUE(read->refresh.equals("r"));
  EXPECT_EQ(read->life, 60);
  for (const char* bad :
       {"", "[]", R"({"access_token":"a"})", R"({"access_token":"a","token_type":"DPoP"})",
        R"({"access_token":"a b","token_type":"Bearer"})",
        R"({"access_token":"a\r\nX: y","token_type":"Bearer"})",
        R"({"access_token":"","token_type":"Bearer"})",
        R"({"access_token":"a","token_type":"Bearer","refresh_token":7})"})
    EXPECT_EQ(read_token_answer(200, bad).error().code, "login.token") << bad;
  EXPECT_EQ(read_token_answer(400, R"({"error":"invalid_grant"})").error().code, "login.ended");
  EXPECT_EQ(read_token_answer(500, R"({"error":"invalid_grant"})").error().code, "login.token");
  EXPECT_EQ(read_token_answer(302, "").error().code, "login.token");
  Account account;
  account.refresh = Secret<>(std::string("old"));
  adopt(*read_token_answer(200, R"({"access_token":"a","token_type":"Bearer"})"), account, 100);
  EXPECT_TRUE(account.refresh.equals("old"));
  EXPECT_EQ(account.expires, 0);
  adopt(*read_token_answer(
            200,
            R"({"access_token":"b","token_type":"Bearer","refresh_token":"new","expires_in":5})"),
        account, 100);
  EXPECT_TRUE(account.refresh.equals("new"));
  EXPECT_EQ(account.expires, 105);
}

TEST(LoginTokens, ComeForAClientThatWasRegistered) {
  const auto made = read_registration(
      201, R"({"client_id":"c","client_secret":"s","token_endpoint_auth_method":"none"})");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->id, "c");
  EXPECT_TRUE(made->secret.empty());
  EXPECT_TRUE(
      read_registration(201, R"({"client_id":"c","client_secret":"s"})")->secret.equals("s"));
  for (const char* bad : {"", "{}", R"({"client_id":""})", R"({"client_id":"a\nb"})"})
    EXPECT_FALSE(read_registration(201, bad)) << bad;
  EXPECT_FALSE(read_registration(403, R"({"client_id":"c"})"));
}

TEST(LoginProvider, NeedsS256AndAcceptableEndpoints) {
  const auto read = [](const std::string& more) {
    return *read_provider(R"({"issuer":"https://idp.example")" + more + "}", "https://idp.example");
  };
  EXPECT_FALSE(read("").pkce_s256);
  EXPECT_FALSE(read(R"(,"code_challenge_methods_supported":["plain"])").pkce_s256);
  EXPECT_FALSE(read(R"(,"code_challenge_methods_supported":"S256")").pkce_s256);
  EXPECT_TRUE(read(R"(,"code_challenge_methods_supported":["plain","S256"])").pkce_s256);
  EXPECT_TRUE(read(R"(,"authorization_response_iss_parameter_supported":true)").names_issuer);
  EXPECT_FALSE(read(R"(,"authorization_response_iss_parameter_supported":"yes")").names_issuer);
  for (const char* bad : {"javascript:alert(1)", "http://idp.example/a", "file:///etc/passwd",
                          "data:text/html,x", "https://u@idp.example/a", "vscode://x"})
    EXPECT_EQ(
        read(std::string(R"(,"authorization_endpoint":")") + bad + "\"").authorization_endpoint, "")
        << bad;
}

class LoginAccount : public testing::Test {
 protected:
  LoginAccount() : state(std::filesystem::temp_directory_path() / ("login-" + random_id(6))) {
    EXPECT_TRUE(make_state_folder(state));
    server.url = "https://mcp.example/mcp";
    server.credential = AuthorizationCode{};
    account.server = "tickets";
    account.url = server.url;
    account.issuer = "https://idp.example";
    account.principal = ana.key();
    account.user = ana.user;
    account.client_id = "c";
    account.registered = true;
    account.access = Secret<>(std::string("the-access-token"));
    account.refresh = Secret<>(std::string("the-refresh-token"));
    account.expires = 1234;
  }
  ~LoginAccount() override { std::filesystem::remove_all(state); }
  const Path state;
  const core::Principal ana{"ana", "", {}, {}, "token:ana"};
  Server server;
  Account account;
};

TEST_F(LoginAccount, IsKeptSealedForItsOwner) {
  const AccountFile file(state, "tickets", ana.key());
  EXPECT_EQ(file.fingerprint(), "");
  ASSERT_TRUE(file.read());
  EXPECT_FALSE(*file.read());
  ASSERT_TRUE(file.write(account));
  const auto read = file.read();
  ASSERT_TRUE(read && *read);
  EXPECT_EQ(encode(**read), encode(account));
  size_t files = 0;
  for (const auto& each : std::filesystem::directory_iterator(accounts_folder(state))) {
    struct stat facts{};
    ASSERT_EQ(::stat(each.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0U);
    std::ifstream in(each.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const char* word : {"the-access-token", "the-refresh-token", "idp.example", "tickets"})
      EXPECT_EQ(text.find(word), std::string::npos) << word;
    ++files;
  }
  EXPECT_EQ(files, 1U);
  const auto before = file.fingerprint();
  ASSERT_TRUE(file.write(account));
  EXPECT_NE(file.fingerprint(), before);
  // Nobody else's, and of no other server.
  EXPECT_EQ(
      AccountFile(state, "tickets", core::Principal{"bob", "", {}, {}, ""}.key()).fingerprint(),
      "");
  EXPECT_EQ(AccountFile(state, "ticket", "s" + ana.key()).fingerprint(), "");
  EXPECT_EQ(all_accounts(state).size(), 1U);
  EXPECT_TRUE(*file.remove());
  EXPECT_FALSE(*file.remove());
}

TEST_F(LoginAccount, IsLockedByOneAtATime) {
  const AccountFile file(state, "tickets", ana.key());
  {
    const auto first = file.try_lock();
    ASSERT_TRUE(first && *first);
    const auto second = file.try_lock();
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
  }
  EXPECT_TRUE(*file.try_lock());
}

TEST_F(LoginAccount, FitsOneServerIssuerClientAndPrincipal) {
  EXPECT_TRUE(fits(account, "tickets", server, ana.key()));
  EXPECT_FALSE(fits(account, "other", server, ana.key()));
  EXPECT_FALSE(fits(account, "tickets", server, local_principal().key()));
  core::Principal foreign = ana;
  foreign.issuer = "https://other.example";
  EXPECT_FALSE(fits(account, "tickets", server, foreign.key()));
  core::Principal acted = ana;
  acted.agent = "bot";
  EXPECT_FALSE(fits(account, "tickets", server, acted.key()));
  Server moved = server;
  moved.url = "https://mcp.example/mcp2";
  EXPECT_FALSE(fits(account, "tickets", moved, ana.key()));
  Server issued = server;
  issued.credential = AuthorizationCode{.issuer = "https://idp.example"};
  EXPECT_TRUE(fits(account, "tickets", issued, ana.key()));
  issued.credential = AuthorizationCode{.issuer = "https://idp2.example"};
  EXPECT_FALSE(fits(account, "tickets", issued, ana.key()));
  Server known = server;
  known.credential = AuthorizationCode{.client_id = "c"};
  EXPECT_FALSE(fits(account, "tickets", known, ana.key()));
  Server fixed = server;
  fixed.credential = BearerCredential{};
  EXPECT_FALSE(fits(account, "tickets", fixed, ana.key()));
  // An issuer that only the configuration vouched for does not outlive that.
  account.issuer_stated = true;
  EXPECT_FALSE(fits(account, "tickets", server, ana.key()));
}

TEST_F(LoginAccount, IsAskedForByACommandWithoutStrangersWords) {
  EXPECT_EQ(login_command("tickets", local_principal()), "doorward login tickets");
  EXPECT_EQ(login_command("tickets", ana), "doorward login tickets --principal ana");
  const core::Principal evil{"$(rm -rf ~)", "b;c", {}, {}, "", "https://idp.example/`x`"};
  EXPECT_EQ(login_command("tickets", evil),
            "doorward login tickets --principal NAME --agent AGENT --vouched-by ISSUER");
}

TEST_F(LoginAccount, IsToldByTheState) {
  Config config;
  config.state = state;
  config.servers["tickets"] = server;
  config.servers["plain"] = {};
  auto states = login_states(config);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].server, "tickets");
  EXPECT_FALSE(states[0].local || states[0].outdated || !states[0].users.empty());
  ASSERT_TRUE(AccountFile(state, "tickets", ana.key()).write(account));
  account.principal = local_principal().key();
  ASSERT_TRUE(AccountFile(state, "tickets", account.principal).write(account));
  states = login_states(config);
  EXPECT_TRUE(states[0].local);
  EXPECT_THAT(states[0].users, ElementsAre("ana"));
  EXPECT_FALSE(states[0].outdated);
  config.servers["tickets"].url = "https://moved.example/mcp";
  states = login_states(config);
  EXPECT_TRUE(states[0].outdated && !states[0].local && states[0].users.empty());
}

TEST(HeldTokens, AreThoseThatNobodyWritesByChance) {
  for (const char* const text : {"application/json", "/home/ana/project", "github.com/acme/web2024",
                                 "aaaaaaaaaaaaaaaaaaaaaaaa", "ApplicationConfigurationManager",
                                 "2026-11-27T10:00:00Z", "Bearer", ""})
    EXPECT_FALSE(is_unmistakable(text)) << text;
  for (const char* const text :
       {"q7Zk2mWx9RbT4vNc8LpY", "access_ana_Qm9vYmFyLXRva2VuLTEyMzQ1Njc4OTA",
        "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "1//0gYk3Qm9vYmFyLXRva2Vu"})
    EXPECT_TRUE(is_unmistakable(text)) << text;
}

TEST(Redirect, EachIssuerHasAWayBackOfItsOwn) {
  EXPECT_EQ(callback_path("https://a.example"), callback_path("https://a.example"));
  EXPECT_NE(callback_path("https://a.example"), callback_path("https://a.example/"));
  EXPECT_EQ(callback_path("https://a.example").size(), std::string_view("/callback/").size() + 16);
}

}  // namespace
}  // namespace doorward::app
