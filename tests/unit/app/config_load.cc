// From files: signed policies, and the small written forms by themselves.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "app/config/load.h"
#include "app/config/plaintext.h"
#include "app/config/units.h"
#include "base/bytes.h"

namespace doorward::app {
namespace {

class SignedPolicyTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("doorward-config-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    char* pem = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &pem);
    write("policy.pub", std::string(pem, static_cast<size_t>(size)));
    write("doorward.yaml",
          "version: 1\npolicy: { file: policy.yaml, signature: policy.sig, key: policy.pub }\n");
    write("policy.yaml", kRules);
    write("policy.sig", sign(kRules));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string sign(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string out(64, '\0');
    size_t size = out.size();
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return out;
  }
  [[nodiscard]] Expected<Config> load() const { return load_config(folder_ / "doorward.yaml"); }

  static constexpr const char* kRules = "rules: [{ id: a, effect: deny }]\n";
  std::filesystem::path folder_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, EVP_PKEY_free};
};

TEST_F(SignedPolicyTest, AGoodSignatureLoads) {
  const auto config = load();
  ASSERT_TRUE(config) << config.error().what;
  ASSERT_EQ(config->policy.rules.size(), 1U);
  EXPECT_EQ(config->policy.rules[0].id, "a");
  EXPECT_EQ(config->file, folder_ / "doorward.yaml");
  write("policy.sig", base64(sign(kRules)) + "\n");
  EXPECT_TRUE(load());
}

TEST_F(SignedPolicyTest, TheHashCoversThePolicy) {
  const auto before = load();
  const std::string other = "rules: []\n";
  write("policy.yaml", other);
  write("policy.sig", sign(other));
  const auto after = load();
  ASSERT_TRUE(before && after);
  EXPECT_NE(before->hash, after->hash);
}

TEST_F(SignedPolicyTest, AnEditOrAnotherKeyIsRefused) {
  write("policy.yaml", std::string(kRules) + "#");
  EXPECT_EQ(load().error().code, "config.signature");
  write("policy.yaml", kRules);
  write("policy.sig", "");
  EXPECT_EQ(load().error().code, "config.signature");
  write("policy.sig", sign(std::string(kRules) + " "));
  EXPECT_EQ(load().error().code, "config.signature");
  std::filesystem::remove(folder_ / "policy.sig");
  EXPECT_EQ(load().error().code, "config.unreadable");
  write("policy.sig", sign(kRules));
  write("policy.pub", "no key");
  EXPECT_EQ(load().error().code, "config.signature");
}

TEST_F(SignedPolicyTest, ABadRuleIsNamedInItsOwnFile) {
  const std::string bad = "rules:\n  - { id: a, efect: deny }\n";
  write("policy.yaml", bad);
  write("policy.sig", sign(bad));
  const auto config = load();
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().what, (folder_ / "policy.yaml").string() +
                                     ":2: rules[0].efect: unknown key; did you mean `effect`?\n" +
                                     (folder_ / "policy.yaml").string() +
                                     ":2: rules[0]: `effect` is missing");
}

class SignedServersTest : public SignedPolicyTest {
 protected:
  void SetUp() override {
    SignedPolicyTest::SetUp();
    write("doorward.yaml",
          "version: 1\nservers: { own: { url: https://own.example/mcp } }\n"
          "catalog: { servers: { file: s.yaml, signature: s.sig, key: policy.pub } }\n");
    put(kServers);
  }
  void put(const std::string& text) const {
    write("s.yaml", text);
    write("s.sig", sign(text));
  }
  static constexpr const char* kServers = "servers: { more: { url: https://more.example/mcp } }\n";
};

TEST_F(SignedServersTest, CountAsIfTheyStoodInTheConfiguration) {
  const auto config = load();
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->servers.size(), 2U);
  EXPECT_EQ(config->servers.at("more").url, "https://more.example/mcp");
  EXPECT_EQ(config->hash, *configuration_hash(*config));
  put("servers: {}\n");
  const auto fewer = load();
  ASSERT_TRUE(fewer);
  EXPECT_NE(fewer->hash, config->hash);
}

TEST_F(SignedServersTest, AnEditIsRefused) {
  write("s.yaml", std::string(kServers) + "#");
  EXPECT_EQ(load().error().code, "config.signature");
}

TEST_F(SignedServersTest, ANameThatStandsInBothAndASecretThatIsNotThereAreMistakes) {
  put("servers: { own: { url: https://other.example/mcp } }\n");
  ASSERT_FALSE(load());
  EXPECT_NE(load().error().what.find("servers.own"), std::string::npos);
  put("servers: { more: { url: https://m.example/mcp, credential: { bearer: { secret: x } } } }\n");
  ASSERT_FALSE(load());
  EXPECT_NE(load().error().what.find("`secrets`"), std::string::npos);
}

TEST(ConfigUnits, FormsComeBackAsTheyWere) {
  for (const char* text : {"1ms", "10s", "5m", "1h", "7d"})
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  for (const char* text : {"1", "1023", "4KiB", "512MiB", "3GiB", "2TiB"})
    EXPECT_EQ(size_text(*parse_size(text)), text);
  for (const char* text : {"20/s", "1/m", "5000/d"})
    EXPECT_EQ(rate_text(*parse_rate(text, false), false), text);
  for (const char* text : {"127.0.0.1:0", "[::1]:8080", "localhost:65535"})
    EXPECT_EQ(parse_address(text)->text(), text);
}

TEST(ConfigUnits, OtherFormsAreRefused) {
  for (const char* text : {"", "s", "10", "-1s", "1.5s", "1 s", "1s ", "367d", "0x1s", "1S"})
    EXPECT_FALSE(parse_duration(text)) << text;
  for (const char* text : {"", "MiB", "1MB", "1mib", "-1", "1.5GiB", "8388608TiB"})
    EXPECT_FALSE(parse_size(text)) << text;
  for (const char* text : {"", "20", "0/s", "20/", "/s", "20/ms", "20/s/s", "1MiB/s"})
    EXPECT_FALSE(parse_rate(text, false)) << text;
  for (const char* text : {"", ":80", "127.0.0.1", "127.1:80", "::1:80", "[::1]", "127.0.0.1:65536",
                           "127.0.0.1:", "127.0.0.1:+1", "[127.0.0.1]:80", "gw:80"})
    EXPECT_FALSE(parse_address(text)) << text;
  for (const char* text : {"a.example", "A.example:443", "a.example:0", "a..example:443", ".a:443",
                           "a.example.:443", "0x7f.1:80", "10.1:80", "-a:80", "a_b:80", "*.:80"})
    EXPECT_FALSE(parse_grant(text)) << text;
  for (const char* text : {"a.example:443", "*.a.example:443", "127.0.0.1:5432", "[::1]:1"})
    EXPECT_TRUE(parse_grant(text)) << text;
}

TEST(ConfigUnits, LoopbackIsDecidedByTheAddress) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example", "::ffff:127.0.0.1",
                           "localhost.example", "127.1"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

TEST(ConfigUnits, EditDistanceCountsASwapOnce) {
  EXPECT_EQ(edit_distance("comand", "command"), 1U);
  EXPECT_EQ(edit_distance("lisetn", "listen"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Plaintext, NamesAndValuesOfSecrets) {
  for (const char* name : {"API_KEY", "APIKEY", "GITHUB_TOKEN", "client_secret", "DB_PASSWORD",
                           "PGPASS_PWD", "KEY", "AWS_SECRET_ACCESS_KEY", "AUTHORIZATION"})
    EXPECT_TRUE(is_secret_name(name)) << name;
  for (const char* name : {"TOKEN_FILE", "MAX_TOKENS", "KEYBOARD", "AWS_ACCESS_KEY_ID", "MONKEYS",
                           "PATH", "COMPASS", "SECRET_NAME"})
    EXPECT_FALSE(is_secret_name(name)) << name;
  for (const char* value : {"q8Zk2LmX0vTr5YbN3cWp7A", "9f86d081884c7d659a2feaa0c55ad015",
                            "--x=q8Zk2LmX0vTr5YbN3cWp7A==", "wJalrXUtnFEMIK7MDENGbPxRfiCYzEK3"})
    EXPECT_TRUE(is_random_looking(value)) << value;
  for (const char* value :
       {"/workspace/of-the-server", "production", "aaaaaaaaaaaaaaaaaaaaaaaaa",
        "a sentence of Several Words 12", "server-filesystem/dist/index.js",
        "server/Build2024ReleaseXy/index.js", "MyServer2_WithLongCamelCaseName",
        "--root=/tmp/tmpAb3dEf9h/Workspace2", "doorward-scan-e2e-X9yZ2w",
        "550e8400-e29b-41d4-a716-446655440000", "00000000000000000000000000000000"})
    EXPECT_FALSE(is_random_looking(value)) << value;
  for (const char* name :
       {"TOKEN_LIMIT", "KEY_COLUMN", "PRIMARY_KEY", "API_KEY_HEADER", "MAX_TOKEN", "TOKENIZER",
        "TOKENIZERS_PARALLELISM", "PASSWORDLESS", "PUBLIC_KEY", "PASSPHRASE_HINT", "token_limit"})
    EXPECT_FALSE(is_secret_name(name)) << name;
  EXPECT_FALSE(is_plain_secret("GOOGLE_APPLICATION_CREDENTIALS", "/run/g.json"));
  EXPECT_TRUE(is_plain_secret("GOOGLE_APPLICATION_CREDENTIALS", "hunter2"));
  EXPECT_TRUE(is_plain_secret("DB_PASSWORD", "/slash"));
  EXPECT_TRUE(is_plain_secret("DB_PASSWORD", "12345"));
  for (const char* argument :
       {"Authorization: Bearer q8Zt3Xv9", "Authorization:Basic dXNlcjpw", "X-Api-Key: hunter2",
        "--header=Authorization: Bearer abc", "API_KEY=hunter2", "--api-key=hunter2",
        "Cookie: sid=1", "Proxy-Authorization: Basic dXNlcjpw"})
    EXPECT_TRUE(is_secret_argument(argument)) << argument;
  for (const char* argument :
       {"Authorization: Bearer ${AUTH_TOKEN}", "Authorization:${AUTH_HEADER}", "--token-limit=5",
        "--header=Accept: text/plain", "https://a.example/mcp", "key=value", "--key-file=/run/k",
        "X-Api-Key: $API_KEY", "--primary-key=id", "--credentials=/run/g.json"})
    EXPECT_FALSE(is_secret_argument(argument)) << argument;
  for (const char* url :
       {"https://x.example/mcp?key=AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "https://x.example/mcp?api_key=hunter2", "https://x.example/mcp?a=1&access_token=abc",
        "https://x.example/mcp?x=9f86d081884c7d659a2feaa0c55ad015",
        "https://x.example/ghp_abcdefghijklmnopqrstuvwxyz0123456789/mcp",
        "https://x.example/mcp?key=AIzaSyA1234567890%61bcdefghijklmnopqrstuv",
        "https://x.example/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0/"})
    EXPECT_NE(credential_in_url(url), "") << url;
  for (const char* url : {"https://x.example/mcp",
                          "https://x.example/mcp?tenant=550e8400-e29b-41d4-a716-446655440000",
                          "https://x.example/mcp?token_limit=5&primary_key=id",
                          "https://x.example/v1/mcp?key=", "http://localhost:8080/sk-short"})
    EXPECT_EQ(credential_in_url(url), "") << url;
  EXPECT_NE(known_credential("Bearer abcdefghijklmno"), "");
  EXPECT_NE(known_credential("x://u:p@h"), "");
  EXPECT_EQ(known_credential("https://a.example/u:p@h"), "");
  EXPECT_EQ(known_credential("sk-short"), "");
}

}  // namespace
}  // namespace doorward::app
