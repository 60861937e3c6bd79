// Proofs of possession (RFC 9449, DPoP): a token that is bound to a key works only together with a
// fresh statement, signed by that key, about this very request. Each statement counts once.
#pragma once

#include <array>
#include <unordered_map>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/locked.h"
#include "base/secret.h"
#include "identity/jws.h"

namespace doorward::identity {

struct ProofRules {
  // A proof without a nonce is accepted while it is as young as `window`. Where `nonce_required`,
  // none is.
  bool nonce_required = false;
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds leeway{30'000};
  size_t remembered = 200'000;  // proofs at one time; beyond that none is accepted
};

struct ProofQuestion {
  std::string_view proof;
  std::string_view method;               // `POST`
  const std::vector<std::string>& urls;  // what `htu` may be, without query
  std::string_view token_digest;         // what `ath` has to be
  std::string_view key_thumbprint;       // of the key that the token is bound to
  WallTime now;
};

struct Proof {
  Sha256 id{};         // of key and `jti`
  WallTime expires{};  // it would no longer be accepted then
};

class Proofs {
 public:
  explicit Proofs(ProofRules rules = {});

  // Errors: dpop.invalid (what is wrong, for the log), dpop.nonce (send it again with a nonce).
  [[nodiscard]] Expected<Proof> judge(const ProofQuestion& question) const;
  // Uses it up; false where it was used before, or where too many are remembered.
  [[nodiscard]] bool use(const Proof& proof, WallTime now);
  // What a client has to put into its next proofs; good for some minutes.
  [[nodiscard]] std::string nonce(WallTime now) const;

 private:
  [[nodiscard]] std::string nonce_of(int64_t period) const;
  [[nodiscard]] bool is_nonce(std::string_view text, WallTime now) const;
  struct Hash {
    size_t operator()(const Sha256& id) const;
  };
  struct Used {
    std::unordered_map<Sha256, WallTime, Hash> ids;
    WallTime swept{};
  };
  static constexpr size_t kShards = 16;
  const ProofRules rules_;
  const Secret<> key_;
  std::array<Locked<Used>, kShards> used_;
};

}  // namespace doorward::identity
