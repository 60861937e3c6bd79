// What a remote server says of who gives tokens for it: its 401 (RFC 9110 section 11.6.1) and the
// metadata of a protected resource (RFC 9728). All of it is a stranger's word.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::app {

struct Challenge {
  std::string resource_metadata, scope;  // "" where it does not say
};
// The Bearer challenge among fields `WWW-Authenticate`; nothing where there is none, or none that
// can be read in one way only.
[[nodiscard]] std::optional<Challenge> bearer_challenge(std::span<const std::string> fields);

// Whether `resource` is the server's URL or a parent path of it, on the same origin.
[[nodiscard]] bool covers(std::string_view resource, std::string_view server_url);

struct ResourceMetadata {
  std::string resource;
  std::vector<std::string> issuers;  // URLs
  std::string scope;                 // all that it supports, separated by spaces
};
// Errors: login.resource (no JSON, of another resource, names no issuer).
[[nodiscard]] Expected<ResourceMetadata> read_resource(std::string text,
                                                       std::string_view server_url);
// Where it stands when a 401 does not say, in the order to ask: for the path, then for the host.
[[nodiscard]] std::vector<std::string> resource_urls(std::string_view server_url);

// Scopes as RFC 6749 section 3.3 has them: visible ASCII without quotes and backslashes, separated
// by single spaces.
[[nodiscard]] bool is_scope(std::string_view text);

}  // namespace doorward::app
