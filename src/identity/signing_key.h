// A private key that signs as JWS has it: ES256, EdDSA or RS256, by its kind.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

struct evp_pkey_st;

namespace doorward::identity {

class SigningKey {
 public:
  // PEM, not encrypted. Errors: jose.key.
  [[nodiscard]] static Expected<SigningKey> from_pem(const Secret<>& pem);
  // A new P-256 key.
  [[nodiscard]] static Expected<SigningKey> make();

  // HEADER.CLAIMS.SIGNATURE; `members` go into the header beside `alg`, as JSON text.
  // Errors: jose.signing.
  [[nodiscard]] Expected<std::string> sign(std::string_view members, std::string_view claims) const;
  // The public half as a JWK; of P-256 keys only, "" for others.
  [[nodiscard]] std::string public_jwk() const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace doorward::identity
