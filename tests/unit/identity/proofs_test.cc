#include "identity/proofs.h"

#include "issuer.h"

namespace doorward::identity {
namespace {

// RFC 9449, section 7.1: a proof for a protected resource.
constexpr std::string_view kPublished =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR"
    "1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCw"
    "iYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-E"
    "y71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const std::vector<std::string> kPublishedUrl = {"https://resource.example.org/protectedresource"};
const WallTime kPublishedTime{std::chrono::seconds(1562262618)};

ProofQuestion published() {
  return {.proof = kPublished,
          .method = "GET",
          .urls = kPublishedUrl,
          .token_digest = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
          .key_thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
          .now = kPublishedTime + std::chrono::seconds(5)};
}

TEST(Proofs, TakesThePublishedOne) {
  Proofs proofs;
  const auto proof = proofs.judge(published());
  ASSERT_TRUE(proof) << proof.error().what;
  EXPECT_TRUE(proofs.use(*proof, published().now));
  EXPECT_FALSE(proofs.use(*proof, published().now)) << "used twice";
}

TEST(Proofs, IsAboutOneRequestOfOneToken) {
  const Proofs proofs;
  const std::vector<std::string> others = {"https://resource.example.org/other"};
  ProofQuestion question{.proof = kPublished,
                         .method = "GET",
                         .urls = others,
                         .token_digest = published().token_digest,
                         .key_thumbprint = published().key_thumbprint,
                         .now = published().now};
  EXPECT_EQ(proofs.judge(question).error().code, "dpop.invalid");
  const auto with = [&](auto change) {
    ProofQuestion changed = published();
    change(changed);
    return proofs.judge(changed).has_value();
  };
  EXPECT_FALSE(with([](auto& q) { q.method = "POST"; }));
  EXPECT_FALSE(with([](auto& q) { q.method = "get"; }));
  EXPECT_FALSE(
      with([](auto& q) { q.token_digest = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEp"; }));
  EXPECT_FALSE(
      with([](auto& q) { q.key_thumbprint = "1ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"; }));
  EXPECT_FALSE(with([](auto& q) { q.key_thumbprint = ""; }));
  const std::string cut(kPublished.substr(0, kPublished.size() - 1));
  EXPECT_FALSE(with([&](auto& q) { q.proof = cut; }));
}

class OwnProof : public testing::Test {
 protected:
  [[nodiscard]] std::string proof(std::string claims, std::string_view type = "dpop+jwt") const {
    return *issuer.key.sign(R"("typ":")" + std::string(type) + R"(","jwk":)" + issuer.jwk(),
                            "{" + claims + "}");
  }
  [[nodiscard]] static std::string claims(int64_t age, std::string_view more = "") {
    return R"("htm":"POST","htu":"https://gw.example/mcp/x?a=1#b","ath":"d","jti":"1","iat":)" +
           std::to_string(seconds_of(kNow) - age) + std::string(more);
  }
  [[nodiscard]] std::string code(const std::string& text) const {
    const auto document = wire::JsonDocument::parse(issuer.jwk());
    const std::string thumbprint = PublicKey::from_jwk(document->root())->thumbprint();
    const auto judged = proofs.judge({.proof = text,
                                      .method = "POST",
                                      .urls = urls,
                                      .token_digest = "d",
                                      .key_thumbprint = thumbprint,
                                      .now = kNow});
    return judged ? "taken" : judged.error().code;
  }
  const TestIssuer issuer;
  const std::vector<std::string> urls = {"https://gw.example/mcp", "https://gw.example:443/mcp/x"};
  const Proofs proofs;
};

TEST_F(OwnProof, AFreshOneNeedsNoNonce) {
  EXPECT_EQ(code(proof(claims(0))), "taken");
  EXPECT_EQ(code(proof(claims(59))), "taken");
  EXPECT_EQ(code(proof(claims(-20))), "taken");
  EXPECT_EQ(code(proof(claims(61))), "dpop.nonce");
  EXPECT_EQ(code(proof(claims(-40))), "dpop.nonce");
}

TEST_F(OwnProof, ANonceHasToBeOneOfOurs) {
  const auto nonce = [](const std::string& text) { return R"(,"nonce":")" + text + "\""; };
  EXPECT_EQ(code(proof(claims(200, nonce(proofs.nonce(kNow))))), "taken");
  EXPECT_EQ(code(proof(claims(0, nonce(proofs.nonce(kNow - std::chrono::seconds(120)))))), "taken");
  EXPECT_EQ(code(proof(claims(0, nonce(proofs.nonce(kNow - std::chrono::seconds(240)))))),
            "dpop.nonce");
  EXPECT_EQ(code(proof(claims(0, nonce(Proofs().nonce(kNow))))), "dpop.nonce");
  EXPECT_EQ(code(proof(claims(0, nonce("")))), "dpop.nonce");
  EXPECT_EQ(code(proof(claims(700, nonce(proofs.nonce(kNow))))), "dpop.invalid");
}

TEST_F(OwnProof, IsOfItsTypeAndHasAnId) {
  EXPECT_EQ(code(proof(claims(0), "JWT")), "dpop.invalid");
  EXPECT_EQ(code(proof(R"("htm":"POST","htu":"https://gw.example/mcp","ath":"d","iat":1)")),
            "dpop.invalid");
  EXPECT_EQ(code(proof(R"("htm":"POST","htu":"https://gw.example/mcp","ath":"d","jti":"1")")),
            "dpop.invalid");
  EXPECT_EQ(code(""), "dpop.invalid");
  EXPECT_EQ(code(std::string(5000, 'A')), "dpop.invalid");
}

TEST(ProofMemory, IsBoundedAndClosesWhenFull) {
  Proofs proofs({.remembered = 32});
  unsigned taken = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    Proof proof;
    proof.id = sha256(std::to_string(i));
    proof.expires = kNow + std::chrono::seconds(60);
    taken += proofs.use(proof, kNow) ? 1U : 0U;
  }
  EXPECT_EQ(taken, 32U);
  Proof late;
  late.expires = kNow + std::chrono::seconds(600);
  EXPECT_TRUE(proofs.use(late, kNow + std::chrono::seconds(200))) << "old ones make room";
}

}  // namespace
}  // namespace doorward::identity
