// Access tokens of the configured issuers: signed ones (RFC 9068) by the issuer's keys, opaque ones
// by asking it (RFC 7662). Judging never waits: what is missing comes back as a key to fetch.
//
// A token that was found good is remembered by its digest, so that its repetition costs no
// signature. INVARIANT: never past `exp`, never past a change of the issuer's keys, and of an
// introspected one never longer than a second.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <unordered_map>
#include <variant>

#include "base/bytes.h"
#include "identity/claims.h"
#include "identity/keyring.h"

namespace doorward::identity {

struct TokenQuestion {
  std::string_view token;
  WallTime now;
  SteadyTime steady;
  // What was fetched for this question so far, by key.
  std::function<std::optional<std::string_view>(std::string_view key)> fetched;
};

struct TokenRefused {
  std::string code;    // those of Jws::parse and read_claims, jose.signature, token.issuer,
                       // token.unavailable (no keys and none to be had), token.inactive,
                       // token.type
  std::string what;    // for the log
  bool ended = false;  // it was good here until a moment ago: nobody guesses by it
};
struct TokenNeeds {
  std::string key;
};
using TokenAnswer = std::variant<std::shared_ptr<const Verified>, TokenNeeds, TokenRefused>;

// Keys of `need`: a prefix, then the issuer; of a question about a token then a blank and the
// token. An opaque token says not whose it is: where several issuers answer for such tokens, the
// key names them all, parted by `\n`, and the answer begins with a line that names the one that
// said yes (`\n` alone: all said no). Once an issuer said yes, that one alone is asked again.
inline constexpr std::string_view kNeedKeys = "identity.keys ";
inline constexpr std::string_view kNeedIntrospection = "identity.introspection ";

class AccessTokens {
 public:
  AccessTokens(std::vector<IssuerRules> issuers, std::chrono::milliseconds leeway,
               std::shared_ptr<const Keyring> keyring);
  ~AccessTokens();

  [[nodiscard]] TokenAnswer judge(const TokenQuestion& question) const;
  [[nodiscard]] bool empty() const { return issuers_.empty(); }
  [[nodiscard]] const std::vector<IssuerRules>& issuers() const { return issuers_; }

 private:
  class Memory;
  [[nodiscard]] TokenAnswer judge_signed(const TokenQuestion& question, const Sha256& digest) const;
  // `owner`: the issuer that knew it before; "" where it is new.
  [[nodiscard]] TokenAnswer judge_opaque(const TokenQuestion& question, const Sha256& digest,
                                         std::string_view owner) const;
  [[nodiscard]] const IssuerRules* rules_of(std::string_view issuer) const;

  const std::vector<IssuerRules> issuers_;
  const std::chrono::milliseconds leeway_;
  const std::shared_ptr<const Keyring> keyring_;
  const std::unique_ptr<Memory> memory_;
};

}  // namespace doorward::identity
