// What an authorization server says of itself (RFC 8414, OpenID Connect discovery).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace doorward::app {

// Of an authorization server, checked: its `issuer` is the one that was asked for (RFC 8414 section
// 3.3), and whatever it names is https or on the issuer's own host.
struct ProviderMetadata {
  std::string issuer;
  std::string jwks_uri, token_endpoint, introspection_endpoint;  // "" where there is none
  std::string authorization_endpoint, registration_endpoint, revocation_endpoint;
  bool pkce_s256 = false;              // RFC 7636, as its metadata says
  bool names_issuer = false;           // `iss` stands in its answers (RFC 9207)
  bool offline_access = false;         // a scope that refresh tokens are asked for with
  bool introspection_by_post = false;  // it takes the secret in the form only
  bool token_by_post = false;
};
// Errors: provider.metadata (no such document, another issuer, no JSON).
[[nodiscard]] Expected<ProviderMetadata> read_provider(std::string text, std::string_view issuer);
// Where metadata of `issuer` may stand, in the order to ask.
[[nodiscard]] std::vector<std::string> metadata_urls(std::string_view issuer);

}  // namespace doorward::app
