// Signed texts in compact form (RFC 7515 section 7.1): HEADER.PAYLOAD.SIGNATURE, each base64url,
// header and payload JSON objects. Nothing of it is believed before `verified_by`.
#pragma once

#include "identity/jwk.h"

namespace doorward::identity {

class Jws {
 public:
  // Errors: jose.syntax (also duplicate members, `crit`, over `limit` bytes), jose.algorithm (none
  // that is accepted).
  [[nodiscard]] static Expected<Jws> parse(std::string_view text, size_t limit = 16 * 1024);

  [[nodiscard]] wire::JsonValue header() const { return header_->root(); }
  [[nodiscard]] wire::JsonValue claims() const { return claims_->root(); }
  [[nodiscard]] std::string_view type() const { return header()["typ"].text(); }
  [[nodiscard]] std::string_view key_id() const { return header()["kid"].text(); }
  [[nodiscard]] bool verified_by(const PublicKey& key) const {
    return key.verifies(algorithm_, signed_, signature_);
  }

 private:
  std::shared_ptr<const wire::JsonDocument> header_, claims_;
  Algorithm algorithm_ = Algorithm::es256;
  std::string signed_, signature_;
};

// True for what has the three parts of one; opaque tokens don't.
[[nodiscard]] bool looks_signed(std::string_view text);

}  // namespace doorward::identity
