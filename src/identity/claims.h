// From the claims of a verified token (RFC 9068), or of an introspection answer (RFC 7662), to who
// is calling. What is not there is never made up.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/principal.h"
#include "wire/json.h"

namespace doorward::identity {

// One trusted authorization server.
struct IssuerRules {
  std::string issuer;
  std::vector<std::string> audiences;
  std::vector<std::string> refused_audiences;  // a token for one of these is another side's
  std::string user_claim = "sub", groups_claim = "groups", agent_claim = "act.sub";
  bool introspects = false;
};

struct Verified {
  core::Principal principal;
  core::Credential credential;
};

struct ClaimChecks {
  const IssuerRules& rules;
  std::string_view token_digest;  // base64url SHA-256 of the token
  WallTime now;
  std::chrono::milliseconds leeway;
  bool asked_issuer = false;  // the issuer itself answered, and need not name itself
};

// Checks issuer, audience and times, and reads principal and credential. Errors: claims.issuer,
// claims.audience, claims.expired, claims.early, claims.time (missing or no number), claims.subject
// (user, agent or groups can't be told), claims.binding (a `cnf` of an unknown kind).
[[nodiscard]] Expected<Verified> read_claims(wire::JsonValue claims, const ClaimChecks& checks);

}  // namespace doorward::identity
