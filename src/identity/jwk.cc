#include "identity/jwk.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/bytes.h"

namespace doorward::identity {

namespace {

constexpr size_t kSetBytes = 256 * 1024;
constexpr size_t kSetKeys = 100;
constexpr int kLeastRsaBits = 2048, kMostRsaBits = 8192;

template <auto Free>
struct With {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using Params = std::unique_ptr<OSSL_PARAM, With<OSSL_PARAM_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, With<OSSL_PARAM_BLD_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, With<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, With<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, With<BN_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, With<ECDSA_SIG_free>>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::unexpected<Error> bad_key(std::string what) {
  return failure("jose.key", Fault::client, std::move(what));
}

// A member that holds bytes, "" when it is missing or not base64url.
std::string octets(wire::JsonValue jwk, std::string_view name) {
  return from_base64url(jwk[name].text()).value_or("");
}

std::shared_ptr<EVP_PKEY> make(const char* type, OSSL_PARAM* params) {
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return nullptr;
  return {made, EVP_PKEY_free};
}

// The signature of ES256 is r and s side by side (RFC 7518 section 3.4); OpenSSL reads DER.
std::string der_signature(std::string_view raw) {
  if (raw.size() != 64) return "";
  const EcSignature signature(ECDSA_SIG_new());
  Number r(BN_bin2bn(bytes(raw), 32, nullptr)), s(BN_bin2bn(bytes(raw) + 32, 32, nullptr));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return "";
  static_cast<void>(r.release());  // they belong to the signature now
  static_cast<void>(s.release());
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &out);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return der;
}

bool lists(wire::JsonValue array, std::string_view wanted) {
  for (const wire::JsonValue item : array.items())
    if (item.text() == wanted) return true;
  return false;
}

std::string digest_text(std::string_view text) {
  const Sha256 digest = sha256(text);
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::optional<Algorithm> algorithm_from(std::string_view name) {
  if (name == "RS256") return Algorithm::rs256;
  if (name == "PS256") return Algorithm::ps256;
  if (name == "ES256") return Algorithm::es256;
  if (name == "EdDSA" || name == "Ed25519") return Algorithm::eddsa;
  return std::nullopt;
}

Expected<PublicKey> PublicKey::from_jwk(wire::JsonValue jwk) {
  PublicKey key;
  if (auto read = key.read(jwk); !read) return std::unexpected(std::move(read).error());
  return key;
}

Expected<void> PublicKey::read(wire::JsonValue jwk) {
  if (!jwk.is_object()) return bad_key("a key is no object");
  for (const std::string_view name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
    if (jwk[name]) return bad_key("a key holds private members");
  id_ = jwk["kid"].text();
  if (const wire::JsonValue alg = jwk["alg"]) {
    only_ = algorithm_from(alg.text());
    if (!only_) return bad_key("a key is for an algorithm that is not accepted");
  }
  if (const wire::JsonValue use = jwk["use"]; use && use.text() != "sig") signs_ = false;
  if (const wire::JsonValue does = jwk["key_ops"]; does && !lists(does, "verify")) signs_ = false;
  const std::string_view type = jwk["kty"].text();
  if (type == "RSA") return read_rsa(jwk);
  if (type == "EC" && jwk["crv"].text() == "P-256") return read_p256(jwk);
  if (type == "OKP" && jwk["crv"].text() == "Ed25519") return read_ed25519(jwk);
  return bad_key("a key is of a kind that is not accepted");
}

Expected<void> PublicKey::read_rsa(wire::JsonValue jwk) {
  kind_ = Kind::rsa;
  const std::string n = octets(jwk, "n"), e = octets(jwk, "e");
  if (n.size() > kMostRsaBits / 8 || n.empty() || e.empty() || e.size() > 8)
    return bad_key("an RSA key is malformed or too large");
  const Number modulus(BN_bin2bn(bytes(n), static_cast<int>(n.size()), nullptr));
  const Number exponent(BN_bin2bn(bytes(e), static_cast<int>(e.size()), nullptr));
  if (!modulus || !exponent || BN_num_bits(modulus.get()) < kLeastRsaBits ||
      BN_is_odd(exponent.get()) != 1 || BN_num_bits(exponent.get()) < 2)
    return bad_key("an RSA key has less than 2048 bits or a bad exponent");
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return bad_key("an RSA key can't be read");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  key_ = params ? make("RSA", params.get()) : nullptr;
  if (!key_) return bad_key("an RSA key can't be read");
  thumbprint_ = digest_text(R"({"e":")" + std::string(jwk["e"].text()) + R"(","kty":"RSA","n":")" +
                            std::string(jwk["n"].text()) + "\"}");
  return {};
}

Expected<void> PublicKey::read_p256(wire::JsonValue jwk) {
  kind_ = Kind::p256;
  const std::string x = octets(jwk, "x"), y = octets(jwk, "y");
  if (x.size() != 32 || y.size() != 32) return bad_key("a P-256 key is malformed");
  const std::string point = "\x04" + x + y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return bad_key("a P-256 key can't be read");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  key_ = params ? make("EC", params.get()) : nullptr;  // refuses a point off the curve
  if (!key_) return bad_key("a P-256 key is no point of the curve");
  thumbprint_ = digest_text(R"({"crv":"P-256","kty":"EC","x":")" + std::string(jwk["x"].text()) +
                            R"(","y":")" + std::string(jwk["y"].text()) + "\"}");
  return {};
}

Expected<void> PublicKey::read_ed25519(wire::JsonValue jwk) {
  kind_ = Kind::ed25519;
  const std::string x = octets(jwk, "x");
  if (x.size() != 32) return bad_key("an Ed25519 key is malformed");
  key_ = {EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(x), x.size()),
          EVP_PKEY_free};
  if (!key_) return bad_key("an Ed25519 key can't be read");
  thumbprint_ =
      digest_text(R"({"crv":"Ed25519","kty":"OKP","x":")" + std::string(jwk["x"].text()) + "\"}");
  return {};
}

bool PublicKey::fits(Algorithm algorithm) const {
  if (!signs_ || (only_ && *only_ != algorithm)) return false;
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::ps256:
      return kind_ == Kind::rsa;
    case Algorithm::es256:
      return kind_ == Kind::p256;
    case Algorithm::eddsa:
      return kind_ == Kind::ed25519;
  }
  return false;
}

bool PublicKey::verifies(Algorithm algorithm, std::string_view input,
                         std::string_view signature) const {
  if (!fits(algorithm)) return false;
  std::string der;
  if (algorithm == Algorithm::es256) {
    der = der_signature(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const Digest context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // belongs to `context`
  const EVP_MD* const hash = algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
  if (!context || EVP_DigestVerifyInit(context.get(), &options, hash, nullptr, key_.get()) != 1)
    return false;
  if (algorithm == Algorithm::ps256 &&
      (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(input),
                          input.size()) == 1;
}

Expected<std::vector<PublicKey>> parse_key_set(std::string text) {
  const auto bad_set = [](std::string what) {
    return failure("jose.key_set", Fault::server, std::move(what));
  };
  if (text.size() > kSetBytes) return bad_set("the key set is over 256 KiB");
  auto document = wire::JsonDocument::parse(std::move(text), {.depth = 16, .nodes = 20'000});
  if (!document) return bad_set("the key set is no JSON: " + document.error().what);
  const wire::JsonValue keys = document->root()["keys"];
  if (!keys.is_array() || keys.size() > kSetKeys)
    return bad_set("the key set has no list `keys`, or one of over 100");
  std::vector<PublicKey> usable;
  for (const wire::JsonValue jwk : keys.items())
    if (auto key = PublicKey::from_jwk(jwk)) usable.push_back(std::move(*key));
  return usable;
}

}  // namespace doorward::identity
