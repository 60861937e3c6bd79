// Bearer tokens of Doorward's own: the local token and static tokens (INTERFACE, Listeners).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "core/principal.h"

namespace doorward::identity {

// A token that is kept as a digest only. Its text is `dw_ID_SECRET`, 256 random bits as base64url.
struct StaticToken {
  Sha256 digest{};
  core::Principal principal;
};

// A token that stands in a file of the state folder and is compared as a whole.
struct LocalToken {
  Secret<std::string> text;
  core::Principal principal;
};

class Tokens {
 public:
  void add(std::string id, StaticToken token);
  void add(LocalToken token);

  // Who holds `text`; nothing for anyone else. An unknown id is refused before hashing; known and
  // local ones are compared in constant time.
  [[nodiscard]] std::optional<core::Principal> find(std::string_view text) const;
  // Of the token that proves this credential (`token:ci`): base64url of its digest, "" without one.
  [[nodiscard]] std::string fingerprint(std::string_view credential) const;
  [[nodiscard]] bool empty() const { return by_id_.empty() && local_.empty(); }

 private:
  std::map<std::string, StaticToken, std::less<>> by_id_;
  std::vector<LocalToken> local_;
  std::map<std::string, std::string, std::less<>> fingerprints_;  // by credential
};

struct NewToken {
  std::string text;  // shown once
  std::string hash;  // `sha256$` and the base64url of the digest, for the configuration
};
[[nodiscard]] NewToken new_token(std::string_view id);
// The id inside a token's text; nothing when it is not of that form.
[[nodiscard]] std::optional<std::string_view> token_id(std::string_view text);

}  // namespace doorward::identity
