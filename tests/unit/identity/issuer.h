// An issuer of tests: a key, and tokens signed by it.
#pragma once

#include <gmock/gmock.h>

#include "identity/access_tokens.h"
#include "identity/signing_key.h"

namespace doorward::identity {

inline constexpr std::string_view kIssuer = "https://idp.example";
inline constexpr std::string_view kAudience = "https://gw.example/mcp";
inline const WallTime kNow = *parse_rfc3339("2026-11-26T12:00:00Z");

inline int64_t seconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

struct TestIssuer {
  TestIssuer() : key(*SigningKey::make()) {}

  [[nodiscard]] std::string jwk(std::string_view more = "") const {
    std::string text = key.public_jwk();
    text.pop_back();
    return text + std::string(more) + "}";
  }
  [[nodiscard]] std::string key_set(std::string_view kid) const {
    return R"({"keys":[)" + jwk(R"(,"kid":")" + std::string(kid) + R"(","use":"sig")") + "]}";
  }
  // `claims` as JSON members; those of a good token where it is empty.
  [[nodiscard]] std::string token(std::string claims = "",
                                  std::string header = R"("typ":"at+jwt","kid":"k1")") const {
    if (claims.empty()) claims = good();
    return *key.sign(header, "{" + claims + "}");
  }
  [[nodiscard]] static std::string good(std::string_view more = "") {
    return R"("iss":"https://idp.example","aud":"https://gw.example/mcp","sub":"ana","exp":)" +
           std::to_string(seconds_of(kNow) + 300) + std::string(more);
  }
  SigningKey key;
};

}  // namespace doorward::identity
