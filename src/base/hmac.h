// HMAC-SHA256 (RFC 2104): a signature by a key that both sides have.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace doorward {

// 32 bytes.
[[nodiscard]] std::string hmac_sha256(const Secret<>& key, std::string_view message);

}  // namespace doorward
