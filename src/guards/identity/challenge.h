// The words of HTTP authentication that guards of this room share: what a client presented, and how
// it is asked for something else (RFC 6750 section 3, RFC 9449 section 7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/http.h"

namespace doorward::guards {

struct PresentedToken {
  std::string_view token;
  bool dpop = false;  // under the scheme DPoP
};
// Of exactly one Authorization header with one token of a known scheme.
[[nodiscard]] std::optional<PresentedToken> presented_token(const wire::HttpRequestHead& head);

inline constexpr std::string_view kDpopChallenge = R"(DPoP algs="ES256 EdDSA PS256 RS256")";

// Adds `, name="value"`; nothing for an empty value. Quotes and backslashes are left out of it.
void append_parameter(std::string& challenge, std::string_view name, std::string_view value);

}  // namespace doorward::guards
