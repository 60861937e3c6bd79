// Who is calling, as proven by a credential and nothing else; and that credential.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace doorward::core {

struct Principal {
  std::string user;
  std::string agent;  // the acting party where a credential names one (RFC 8693 act)
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  std::string credential;   // which credential proved it: "local", "token:ci"; for the log
  std::string issuer = {};  // who vouches for the name; "" where Doorward itself does

  // Sessions, limits and approvals belong to this key. The length keeps user and agent apart; two
  // issuers that know a user of the same name speak of two people.
  [[nodiscard]] std::string key() const {
    std::string text = std::to_string(user.size()) + ":" + user + agent;
    if (!issuer.empty()) text.append("\n").append(issuer);
    return text;
  }
  bool operator==(const Principal&) const = default;
};

// The credential of one request. Everything that says how long it counts and what it is bound to.
struct Credential {
  std::string id;                   // "token:ci"; of a foreign token `oauth:` and half its digest
  std::string token_id = {};        // `jti`, where there is one
  std::string token_digest = {};    // base64url SHA-256 of its text, as DPoP's `ath`
  std::string key_thumbprint = {};  // `cnf.jkt` (RFC 9449): works with proofs of that key only
  std::string certificate_thumbprint = {};  // `cnf.x5t#S256` (RFC 8705)
  bool is_certificate = false;              // the TLS client certificate itself
  bool introspected = false;                // its issuer was asked, and can be asked again
  WallTime issued{};
  WallTime expires{};  // zero: until it is taken out of the configuration
};

// A verified TLS client certificate, as far as identity goes.
struct ClientCertificate {
  std::string thumbprint;                            // base64url SHA-256 of its DER
  std::vector<std::string> uris, dns_names, emails;  // of subjectAltName
  std::string common_name;
};

}  // namespace doorward::core
