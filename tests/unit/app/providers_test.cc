#include "app/providers.h"

#include <gmock/gmock.h>

namespace doorward::app {
namespace {

TEST(ProviderMetadata, StandsWhereTheStandardsSay) {
  EXPECT_THAT(metadata_urls("https://idp.example"),
              testing::ElementsAre("https://idp.example/.well-known/oauth-authorization-server",
                                   "https://idp.example/.well-known/openid-configuration"));
  EXPECT_THAT(
      metadata_urls("https://idp.example/realm/a/"),
      testing::ElementsAre("https://idp.example/.well-known/oauth-authorization-server/realm/a",
                           "https://idp.example/realm/a/.well-known/openid-configuration",
                           "https://idp.example/.well-known/openid-configuration/realm/a"));
  EXPECT_TRUE(metadata_urls("no url").empty());
}

TEST(ProviderMetadata, IsOfTheIssuerThatWasAsked) {
  const auto read = [](const std::string& text) {
    return read_provider(text, "http://127.0.0.1:9000");
  };
  const auto good =
      read(R"({"issuer":"http://127.0.0.1:9000","jwks_uri":"http://127.0.0.1:9000/keys",)"
           R"("token_endpoint":"https://other.example/token",)"
           R"("token_endpoint_auth_methods_supported":["client_secret_post"]})");
  ASSERT_TRUE(good) << good.error().what;
  EXPECT_EQ(good->jwks_uri, "http://127.0.0.1:9000/keys");
  EXPECT_TRUE(good->token_by_post);
  EXPECT_FALSE(good->introspection_by_post);
  for (const std::string& bad :
       {std::string("{}"), std::string("[]"), std::string("x"),
        std::string(R"({"issuer":"http://127.0.0.1:9000/"})"),
        std::string(R"({"issuer":"https://evil.example"})"),
        std::string(R"({"issuer":"http://127.0.0.1:9000","issuer":"http://127.0.0.1:9000"})")})
    EXPECT_FALSE(read(bad)) << bad;
}

TEST(ProviderMetadata, LeadsToHttpsOrTheIssuersOwnPlace) {
  for (const std::string& url :
       {std::string("http://other.example/keys"), std::string("http://127.0.0.1:9001/keys"),
        std::string("file:///etc/passwd"), std::string("javascript:1"), std::string("")}) {
    const auto read = read_provider(
        R"({"issuer":"http://127.0.0.1:9000","jwks_uri":")" + url + "\"}", "http://127.0.0.1:9000");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->jwks_uri, "") << url;
  }
}

}  // namespace
}  // namespace doorward::app
