#include "identity/jwk.h"

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "identity/jws.h"

namespace doorward::identity {
namespace {

Expected<PublicKey> key(const std::string& text) {
  const auto document = wire::JsonDocument::parse(text);
  if (!document) panic(document.error().what);
  return PublicKey::from_jwk(document->root());
}

// RFC 7515, appendix A: the payload is the same in A.2 and A.3.
constexpr std::string_view kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";
const std::string kRsa =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPC)"
    "JrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-b"
    "Sf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG"
    "4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    R"(","e":"AQAB"})";
constexpr std::string_view kRsaSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const std::string kEc =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view kEcSignature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
// RFC 8037, appendix A.
const std::string kEd =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

struct Vector {
  std::string_view name;
  std::string key;
  Algorithm algorithm;
  std::string input;
  std::string_view signature;
};
const std::vector<Vector> kVectors = {
    {"RFC 7515 A.2", kRsa, Algorithm::rs256, "eyJhbGciOiJSUzI1NiJ9." + std::string(kPayload),
     kRsaSignature},
    {"RFC 7515 A.3", kEc, Algorithm::es256, "eyJhbGciOiJFUzI1NiJ9." + std::string(kPayload),
     kEcSignature},
    {"RFC 8037 A.4", kEd, Algorithm::eddsa,
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
};

TEST(Jwk, VerifiesPublishedSignatures) {
  for (const Vector& each : kVectors) {
    const auto made = key(each.key);
    ASSERT_TRUE(made) << each.name << ": " << made.error().what;
    const std::string signature = *from_base64url(each.signature);
    EXPECT_TRUE(made->verifies(each.algorithm, each.input, signature)) << each.name;
  }
}

TEST(Jwk, VerifiesNothingElse) {
  for (const Vector& each : kVectors) {
    const auto made = key(each.key);
    const std::string signature = *from_base64url(each.signature);
    std::string other = signature;
    other[other.size() / 2] ^= 1;
    EXPECT_FALSE(made->verifies(each.algorithm, each.input, other)) << each.name;
    EXPECT_FALSE(made->verifies(each.algorithm, each.input + "A", signature)) << each.name;
    EXPECT_FALSE(made->verifies(each.algorithm, each.input, "")) << each.name;
    EXPECT_FALSE(made->verifies(each.algorithm, each.input, signature + "A")) << each.name;
    EXPECT_FALSE(made->verifies(each.algorithm, each.input, std::string(64, '\0'))) << each.name;
    for (const auto algorithm :
         {Algorithm::rs256, Algorithm::ps256, Algorithm::es256, Algorithm::eddsa}) {
      const bool own = algorithm == each.algorithm;
      EXPECT_EQ(made->verifies(algorithm, each.input, signature), own) << each.name;
    }
  }
}

TEST(Jwk, HasThePublishedThumbprints) {
  EXPECT_EQ(key(kEd)->thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");  // RFC 8037 A.3
  EXPECT_EQ(key(R"({"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",)"
                R"("y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"})")
                ->thumbprint(),
            "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");  // RFC 9449 section 6.1
}

TEST(Jwk, AKeyForSomethingElseVerifiesNothing) {
  const std::string input = kVectors[1].input, signature = *from_base64url(kEcSignature);
  const auto with = [](std::string more) {
    std::string text = kEc;
    text.pop_back();
    return text + "," + more + "}";
  };
  for (const char* more : {R"("use":"enc")", R"("key_ops":["encrypt"])", R"("key_ops":7)"})
    EXPECT_FALSE(key(with(more))->verifies(Algorithm::es256, input, signature)) << more;
  for (const char* more :
       {R"("use":"sig")", R"("key_ops":["verify"])", R"("alg":"ES256","kid":"1")"})
    EXPECT_TRUE(key(with(more))->verifies(Algorithm::es256, input, signature)) << more;
}

TEST(Jwk, RefusesWhatIsNoPublicKeyOfAKnownKind) {
  for (const std::string& text : {
           std::string("{}"),
           std::string("[]"),
           std::string(R"({"kty":"oct","k":"AAAA"})"),
           std::string(R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})"),
           std::string(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})"),
           // A point beside the curve.
           std::string(R"({"kty":"EC","crv":"P-256",)"
                       R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                       R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"})"),
           std::string(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"),
           std::string(R"({"kty":"OKP","crv":"X25519",)"
                       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
           std::string(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"),
           // The private half (RFC 8037 A.1), and an algorithm that is none of ours.
           std::string(R"({"kty":"OKP","crv":"Ed25519",)"
                       R"("d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
                       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
           std::string(R"({"kty":"OKP","crv":"Ed25519","alg":"HS256",)"
                       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
       })
    EXPECT_FALSE(key(text)) << text;
}

TEST(KeySet, LeavesOutWhatItCanNotUse) {
  const auto keys =
      parse_key_set(R"({"keys":[{"kty":"oct","k":"AAAA"},)" + kEd + ",7," + kEc + "]}");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 2U);
  for (const std::string& bad : {std::string("7"), std::string("{}"), std::string(R"({"keys":{}})"),
                                 R"({"keys":[)" + std::string(300 * 1024, ' ') + "]}"})
    EXPECT_FALSE(parse_key_set(bad)) << bad.substr(0, 40);
}

TEST(Jws, RefusesWhatIsNone) {
  const std::string good = kVectors[1].input + "." + std::string(kEcSignature);
  ASSERT_TRUE(Jws::parse(good));
  const auto header = [&](std::string_view text) {
    return base64url(text) + "." + std::string(kPayload) + "." + std::string(kEcSignature);
  };
  for (const std::string& bad :
       {std::string(), std::string(".."), good + ".", good + "=", good + " ", "." + good,
        good.substr(0, good.rfind('.')), good.substr(0, good.rfind('.') + 1),
        header(R"({"alg":"none"})"), header(R"({"alg":"HS256"})"), header(R"({"alg":7})"),
        header(R"({})"), header(R"([])"), header(R"({"alg":"ES256","alg":"ES256"})"),
        header(R"({"alg":"ES256","crit":["x"]})"), header(R"({"alg":"ES256","kid":7})"),
        header(R"({"alg":"ES256"} )"
               "x")})
    EXPECT_FALSE(Jws::parse(bad)) << bad;
  EXPECT_FALSE(Jws::parse(good, 100));
}

}  // namespace
}  // namespace doorward::identity
