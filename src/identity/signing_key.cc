#include "identity/signing_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/bytes.h"

namespace doorward::identity {

namespace {

std::unexpected<Error> bad(std::string code, std::string what) {
  return failure(std::move(code), Fault::self, std::move(what));
}

std::string_view algorithm_of(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
      return EVP_PKEY_get_bits(key) == 256 ? "ES256" : "";
    case EVP_PKEY_ED25519:
      return "EdDSA";
    case EVP_PKEY_RSA:
      return EVP_PKEY_get_bits(key) >= 2048 ? "RS256" : "";
    default:
      return "";
  }
}

// From DER to r and s side by side (RFC 7518 section 3.4).
std::string raw_signature(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
  std::string raw(64, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(raw.data());
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32) != 32)
    return "";
  return raw;
}

}  // namespace

Expected<SigningKey> SigningKey::from_pem(const Secret<>& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
      BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())), BIO_free);
  // Without a callback OpenSSL would ask a terminal for a password.
  const auto none = [](char*, int, int, void*) { return 0; };
  SigningKey made;
  made.key_ = {bytes ? PEM_read_bio_PrivateKey(bytes.get(), nullptr, none, nullptr) : nullptr,
               EVP_PKEY_free};
  if (!made.key_ || algorithm_of(made.key_.get()).empty())
    return bad("jose.key", "it is no PEM private key for P-256, Ed25519 or RSA from 2048 bits");
  return made;
}

Expected<SigningKey> SigningKey::make() {
  SigningKey made;
  made.key_ = {EVP_EC_gen("P-256"), EVP_PKEY_free};
  if (!made.key_) return bad("jose.key", "a key could not be made");
  return made;
}

Expected<std::string> SigningKey::sign(std::string_view members, std::string_view claims) const {
  const std::string_view algorithm = algorithm_of(key_.get());
  std::string header = R"({"alg":")" + std::string(algorithm) + "\"";
  if (!members.empty()) header.append(",").append(members);
  header += '}';
  std::string text = base64url(header) + "." + base64url(claims);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const EVP_MD* const hash = algorithm == "EdDSA" ? nullptr : EVP_sha256();
  const auto* const input = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, input, text.size()) != 1)
    return bad("jose.signing", "the key can't sign");
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     input, text.size()) != 1)
    return bad("jose.signing", "the key can't sign");
  signature.resize(size);
  if (algorithm == "ES256") signature = raw_signature(signature);
  if (signature.empty()) return bad("jose.signing", "the key can't sign");
  return text + "." + base64url(signature);
}

std::string SigningKey::public_jwk() const {
  if (algorithm_of(key_.get()) != "ES256") return "";
  std::string point(65, '\0');
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                      reinterpret_cast<unsigned char*>(point.data()), point.size(),
                                      &size) != 1 ||
      size != 65)
    return "";
  return R"({"kty":"EC","crv":"P-256","x":")" + base64url(std::string_view(point).substr(1, 32)) +
         R"(","y":")" + base64url(std::string_view(point).substr(33)) + "\"}";
}

}  // namespace doorward::identity
