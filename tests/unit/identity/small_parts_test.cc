// Places, certificates, failures, revocations.
#include <gmock/gmock.h>

#include <fstream>

#include "base/bytes.h"
#include "identity/certificates.h"
#include "identity/failures.h"
#include "identity/place.h"
#include "identity/revocations.h"

namespace doorward::identity {
namespace {

TEST(Place, IsTheHostWhereNoAddressIsStated) {
  const Place place;
  EXPECT_EQ(place.resource("127.0.0.1:8080", false), "http://127.0.0.1:8080/mcp");
  EXPECT_EQ(place.metadata_url("gw:1", true),
            "https://gw:1/.well-known/oauth-protected-resource/mcp");
  EXPECT_THAT(place.proof_urls("gw:1", true, "/mcp/files"),
              testing::ElementsAre("https://gw:1/mcp/files"));
}

TEST(Place, IsThePublicAddressWhereOneIsStated) {
  const Place place("https://gw.example/mcp");
  EXPECT_EQ(place.resource("127.0.0.1:8080", false), "https://gw.example/mcp");
  EXPECT_EQ(place.metadata_url("127.0.0.1:8080", false),
            "https://gw.example/.well-known/oauth-protected-resource/mcp");
  EXPECT_THAT(place.proof_urls("127.0.0.1:8080", false, "/mcp/files"),
              testing::ElementsAre("https://gw.example/mcp/files", "https://gw.example/mcp"));
}

TEST(Place, KnowsWhereItsMetadataStands) {
  const Place place;
  const std::string base = "/.well-known/oauth-protected-resource";
  for (const std::string path : {"", "/mcp", "/mcp/files"})
    EXPECT_TRUE(place.is_metadata_path(base + path));
  for (const std::string path : {"x", "/x", "/mcp/a/b", "/../mcp"})
    EXPECT_FALSE(place.is_metadata_path(base + path)) << path;
  EXPECT_FALSE(place.is_metadata_path("/mcp"));
}

TEST(Certificates, SayWhoByExactlyOneName) {
  core::ClientCertificate shown;
  shown.thumbprint = std::string(43, 'A');
  EXPECT_FALSE(holder_of(shown, NameIn::san_uri));
  shown.uris = {"spiffe://example/bot"};
  shown.dns_names = {"a.example", "b.example"};
  shown.common_name = "bot";
  const auto holder = holder_of(shown, NameIn::san_uri);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->principal.user, "spiffe://example/bot");
  EXPECT_TRUE(holder->credential.is_certificate);
  EXPECT_FALSE(holder_of(shown, NameIn::san_dns)) << "two names are no name";
  EXPECT_FALSE(holder_of(shown, NameIn::san_email));
  EXPECT_EQ(holder_of(shown, NameIn::subject_cn)->principal.user, "bot");
}

TEST(Failures, SlowTheirSourceAndAreToldOnce) {
  std::vector<unsigned> told;
  Failures failures({}, [&](std::string_view, unsigned count) { told.push_back(count); });
  SteadyTime now{std::chrono::hours(1)};
  for (int i = 0; i < 19; ++i) failures.failed("10.0.0.1", now);
  EXPECT_EQ(failures.pause("10.0.0.1", now).count(), 0);
  failures.failed("10.0.0.1", now);
  EXPECT_EQ(failures.pause("10.0.0.1", now).count(), 100);
  EXPECT_EQ(failures.pause("10.0.0.2", now).count(), 0);
  for (int i = 0; i < 100; ++i) failures.failed("10.0.0.1", now);
  EXPECT_EQ(failures.pause("10.0.0.1", now).count(), 2000);
  EXPECT_THAT(told, testing::ElementsAre(20, 40, 80));
  EXPECT_EQ(failures.pause("10.0.0.1", now + std::chrono::minutes(2)).count(), 0);
}

TEST(Failures, AnIpv6NetworkIsOneSource) {
  Failures failures;
  SteadyTime now{std::chrono::hours(1)};
  for (int i = 0; i < 30; ++i) failures.failed("2001:db8:1:2::" + std::to_string(i), now);
  EXPECT_GT(failures.pause("2001:db8:1:2::ffff", now).count(), 0);
}

TEST(Revocations, OutliveARestart) {
  const auto file = std::filesystem::temp_directory_path() / ("revocations-" + random_id(6));
  core::Principal ana{.user = "ana"};
  ana.agent = "bot";
  core::Credential credential;
  credential.id = "token:ci";
  credential.token_id = "j1";
  {
    auto list = *Revocations::open(file);
    EXPECT_FALSE(list->covers(ana, credential));
    ASSERT_TRUE(list->add({Revoked::jti, "j1", "op", wall_now()}));
    ASSERT_TRUE(list->add({Revoked::token, "x\"y", "op", wall_now()}));
  }
  auto list = *Revocations::open(file);
  EXPECT_EQ(list->list().size(), 2U);
  EXPECT_TRUE(list->covers(ana, credential));
  EXPECT_TRUE(*list->remove(Revoked::jti, "j1"));
  EXPECT_FALSE(*list->remove(Revoked::jti, "j1"));
  EXPECT_FALSE(list->covers(ana, credential));
  for (const auto& [kind, value] : std::initializer_list<std::pair<Revoked, std::string>>{
           {Revoked::principal, "ana"}, {Revoked::agent, "bot"}, {Revoked::token, "ci"}}) {
    ASSERT_TRUE(list->add({kind, value, "op", wall_now()}));
    EXPECT_TRUE(list->covers(ana, credential)) << value;
    EXPECT_TRUE(*list->remove(kind, value));
  }
  EXPECT_FALSE(list->covers(core::Principal{.user = "ana2"}, core::Credential{}));
  std::ofstream(file) << "not a revocation\n";
  EXPECT_FALSE(Revocations::open(file)) << "half a list would let in what was shut out";
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace doorward::identity
