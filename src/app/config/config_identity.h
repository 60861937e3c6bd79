// `secrets` and `identity` of doorward.yaml: who may call, and where secrets come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/config/config_values.h"

namespace doorward::app {

struct FileSecret {
  Path path;
  bool operator==(const FileSecret&) const = default;
};
struct EnvSecret {
  std::string variable;
  bool operator==(const EnvSecret&) const = default;
};
struct SystemdSecret {
  std::string credential;
  bool operator==(const SystemdSecret&) const = default;
};
struct StoreSecret {
  std::string name;
  bool operator==(const StoreSecret&) const = default;
};
struct VaultSecret {
  std::string address;  // https, or http to loopback
  std::string path;     // `secret/data/app`
  std::string field = "value";
  Path token_file;
  bool operator==(const VaultSecret&) const = default;
};
using SecretSource = std::variant<FileSecret, EnvSecret, SystemdSecret, StoreSecret, VaultSecret>;

struct OauthClaims {  // paths into the token's claims; a dot goes one level down
  std::string user = "sub";
  std::string groups = "groups";
  std::string agent = "act.sub";
  bool operator==(const OauthClaims&) const = default;
};

struct Introspection {  // RFC 7662
  std::string client_id;
  SecretRef client_secret;
  bool operator==(const Introspection&) const = default;
};

struct OauthIssuer {
  std::string issuer;
  std::vector<std::string> audiences;
  OauthClaims claims;
  std::optional<Introspection> introspection;
  Path ca;  // of the issuer's TLS; empty = the system's
  bool operator==(const OauthIssuer&) const = default;
};

enum class CertificateName : uint8_t { san_uri, san_dns, san_email, subject_cn };

struct Mtls {
  CertificateName principal_from = CertificateName::san_uri;
  bool operator==(const Mtls&) const = default;
};

struct StaticToken {
  std::string id;    // also the user's name
  std::string hash;  // `sha256$` and the base64url of the SHA-256 of the token's text
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  bool operator==(const StaticToken&) const = default;
};

enum class DpopNonce : uint8_t { offered, required };

enum class Role : uint8_t { viewer, approver, admin };

struct OperatorOauth {
  std::string issuer;
  std::string group;
  bool operator==(const OperatorOauth&) const = default;
};

struct Operator {
  std::string id;
  std::string hash;  // one of hash and oauth is set
  std::optional<OperatorOauth> oauth;
  std::vector<std::string> groups;
  Role role = Role::viewer;
  bool operator==(const Operator&) const = default;
};

// Whose requests a key signs (RFC 9421).
struct SignatureKey {
  std::string id, user;
  std::string key;  // Ed25519, base64 of 32 bytes or PEM
  bool operator==(const SignatureKey&) const = default;
};

enum class SignedBy : uint8_t { listed, all };

struct Signatures {
  SignedBy required = SignedBy::listed;
  milliseconds window{60'000};  // how old one may be
  std::vector<SignatureKey> keys;
  bool operator==(const Signatures&) const = default;
};

struct Identity {
  std::vector<OauthIssuer> oauth;
  std::optional<Mtls> mtls;
  std::vector<StaticToken> tokens;
  std::vector<Operator> operators;
  bool sender_constrained = false;  // refuse bearer tokens that no key is bound to (DPoP, mTLS)
  milliseconds leeway{30'000};      // clock difference that is tolerated in tokens
  DpopNonce dpop_nonce = DpopNonce::offered;
  milliseconds dpop_window{60'000};      // how old a proof without a nonce may be
  milliseconds key_refresh{5 * 60'000};  // an issuer's keys are fetched again after this,
  milliseconds key_outage{60 * 60'000};  // and count so much longer while it can't be reached
  std::optional<Signatures> signatures;  // of requests; absent: none is asked for
  // False: no client credential is configured, so the local token is made and accepted.
  [[nodiscard]] bool has_clients() const { return !oauth.empty() || mtls || !tokens.empty(); }
  bool operator==(const Identity&) const = default;
};

}  // namespace doorward::app
