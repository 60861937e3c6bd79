// Public keys as JSON (RFC 7517, 7518 section 6, 8037), and what they sign. Asymmetric keys only:
// no `oct`, no key with private members, RSA from 2048 to 8192 bits, P-256 and Ed25519.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/json.h"

struct evp_pkey_st;

namespace doorward::identity {

// The algorithms that are accepted (RFC 7518 section 3.1, RFC 8037). There is no other: not `none`,
// nothing symmetric.
enum class Algorithm : uint8_t { rs256, ps256, es256, eddsa };
[[nodiscard]] std::optional<Algorithm> algorithm_from(std::string_view name);

class PublicKey {
 public:
  // Errors: jose.key (kind, size or form that is not accepted; private members).
  [[nodiscard]] static Expected<PublicKey> from_jwk(wire::JsonValue jwk);

  // True when `signature`, as JWS has it, is this key's over `input`. A key that states another
  // algorithm, another use or other operations verifies nothing.
  [[nodiscard]] bool verifies(Algorithm algorithm, std::string_view input,
                              std::string_view signature) const;
  [[nodiscard]] const std::string& id() const { return id_; }  // `kid`, "" without one
  // RFC 7638, as base64url of SHA-256.
  [[nodiscard]] const std::string& thumbprint() const { return thumbprint_; }

 private:
  enum class Kind : uint8_t { rsa, p256, ed25519 };
  PublicKey() = default;
  [[nodiscard]] Expected<void> read(wire::JsonValue jwk);
  [[nodiscard]] Expected<void> read_rsa(wire::JsonValue jwk);
  [[nodiscard]] Expected<void> read_p256(wire::JsonValue jwk);
  [[nodiscard]] Expected<void> read_ed25519(wire::JsonValue jwk);
  [[nodiscard]] bool fits(Algorithm algorithm) const;

  std::shared_ptr<evp_pkey_st> key_;
  Kind kind_ = Kind::rsa;
  std::optional<Algorithm> only_;  // its `alg`
  bool signs_ = true;              // by its `use` and `key_ops`
  std::string id_, thumbprint_;
};

// The keys of a JWK set that can be used; the others are left out, as RFC 7517 section 5 asks.
// Errors: jose.key_set (no set, over 256 KiB, over 100 keys).
[[nodiscard]] Expected<std::vector<PublicKey>> parse_key_set(std::string text);

}  // namespace doorward::identity
